#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the bill of materials of what is built here, as SPDX 2.3 in JSON: our package, QEMU with its patches and glue,
and the libraries that the given programs and libraries are linked with, from dpkg. The same build gives the same bytes.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import uuid
from urllib.parse import quote

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Debian's short names of licences that are not SPDX's.
DEBIAN_LICENCES = {"Expat": "MIT", "BSD-3-clause": "BSD-3-Clause", "BSD-2-clause": "BSD-2-Clause", "MIT-1": "MIT", "zlib": "Zlib"}
OTHER_LICENCES = ("MIT", "BSD-2-Clause", "BSD-3-Clause", "Zlib", "Apache-2.0")
# Libraries whose copyright file is prose, names a licence that SPDX has no name for, or says of Files: * what holds for
# programs beside the library: the library's own licence.
LIBRARY_LICENCES = {
    "libc6": "LGPL-2.1-or-later",
    "libelf1": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "libfdt1": "GPL-2.0-or-later OR BSD-2-Clause",
    "libgcc-s1": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libglib2.0-0": "LGPL-2.1-or-later",
    "libgnutls30": "LGPL-2.1-or-later",
    "libidn2-0": "LGPL-3.0-or-later OR GPL-2.0-or-later",
    "liblzma5": "LicenseRef-public-domain",
    "libpcre2-8-0": "BSD-3-Clause",
    "libstdc++6": "GPL-3.0-or-later WITH GCC-exception-3.1",
    "libtasn1-6": "LGPL-2.1-or-later",
}


def fail(what):
    sys.exit(f"sbom: error: {what}")


def run(*command):
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"{' '.join(map(str, command))}: {getattr(error, 'stderr', None) or error}")


def spdx_id(*words):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", "-".join(words)).strip("-")


def spdx_licence(debian):
    """Debian's "A or B" as SPDX's expression, NOASSERTION when a name in it is none that we know."""
    words = []
    for name in debian.split():
        gnu = re.fullmatch(r"(L?GPL|AGPL)-(\d)(?:\.(\d))?(\+)?", name)
        if name in ("and", "or"):
            words.append(name.upper())
        elif gnu:
            family, major, minor, later = gnu.groups()
            words.append(f"{family}-{major}.{minor or 0}-{'or-later' if later else 'only'}")
        elif DEBIAN_LICENCES.get(name, name) in OTHER_LICENCES:
            words.append(DEBIAN_LICENCES.get(name, name))
        else:
            return "NOASSERTION"
    return " ".join(words) or "NOASSERTION"


def licence_of(name):
    """What a Debian package's copyright file says of Files: *, if it says it in a form for machines."""
    if name in LIBRARY_LICENCES:
        return LIBRARY_LICENCES[name]
    copyright_file = pathlib.Path(f"/usr/share/doc/{name}/copyright")
    text = copyright_file.read_text(errors="replace") if copyright_file.exists() else ""
    for stanza in re.split(r"\n\s*\n", text):
        if re.search(r"^Files: *\*\s*$", stanza, re.M):
            licence = re.search(r"^License: *(.*)$", stanza, re.M)
            return spdx_licence(licence.group(1)) if licence else "NOASSERTION"
    return "NOASSERTION"


def checksums(path, *algorithms):
    data = path.read_bytes()
    return [{"algorithm": name.upper(), "checksumValue": hashlib.new(name, data).hexdigest()} for name in algorithms]


def package(identifier, name, version, declared, **more):
    return {"SPDXID": identifier, "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": declared,
            "copyrightText": "NOASSERTION", **more}


def linked_libraries(binary):
    """The files that the dynamic linker loads for it."""
    found = set()
    for line in run("ldd", binary).splitlines():
        if "not found" in line:
            fail(f"{binary}: {line.strip()}")
        path = re.search(r"=> (/\S+)", line) or re.match(r"\s*(/\S+) \(", line)
        if path:
            found.add(os.path.realpath(path.group(1)))
    return found


def debian_packages(libraries):
    """(name, version, architecture) of the package that each library comes from; none for those that no package has."""
    # dpkg may know a file of /usr/lib by its name before /usr was merged.
    names = {name: library for library in libraries for name in (library, re.sub("^/usr", "", library))}
    owners = subprocess.run(["dpkg-query", "-S", *names], capture_output=True, text=True, check=False).stdout
    owner = {names[path]: who.split(", ")[0] for who, path in re.findall("^(.+): (/.+)$", owners, re.M) if path in names}
    shown = run("dpkg-query", "-W", "-f=${binary:Package} ${Package} ${Version} ${Architecture}\n", *set(owner.values()))
    known = {line.split()[0]: line.split()[1:] for line in shown.splitlines()}
    return {library: known.get(who) or known[who.split(":")[0]] for library, who in owner.items()}


def libraries_of(binaries, built):
    """The packages that they are linked with, by SPDX id, but for ours and what is below the folder `built`."""
    result = {}
    libraries = sorted(set().union(*(linked_libraries(binary) for binary in binaries)))
    packages = debian_packages(libraries)
    for library in libraries:
        if library in packages:
            name, version, architecture = packages[library]
            result[spdx_id("deb", name)] = package(
                spdx_id("deb", name), name, version, licence_of(name), supplier="Organization: Debian",
                externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                               "referenceLocator":
                                   f"pkg:deb/debian/{name}@{quote(version, safe='')}?arch={architecture}"}])
        elif not any(os.path.samefile(library, ours) for ours in binaries) and not (
                built and pathlib.Path(library).is_relative_to(built.resolve())):
            path = pathlib.Path(library)  # of no package: its file is all that is known of it
            result[spdx_id("file", path.name)] = package(
                spdx_id("file", path.name), path.name, "NOASSERTION", "NOASSERTION",
                checksums=checksums(path, "sha256"))
    return result


def built_package(manifest, name, licence, supplier):
    """What a recipe in third_party has built, from the manifest beside its result."""
    fields = dict(line.split(" ", 1) for line in manifest.read_text().splitlines())
    source = re.fullmatch(r"sha256 ([0-9a-f]{64})", fields.get("source", ""))
    if not source or not fields.get(name):
        fail(f"{manifest} does not name the version of {name} and the SHA-256 of its source")
    return package(f"SPDXRef-{name}", name, fields[name], licence, supplier=f"Organization: {supplier}",
                   checksums=[{"algorithm": "SHA256", "checksumValue": source.group(1)}],
                   comment=f"Built here; the checksum is the source's. Compiler: {fields.get('compiler')}.")


def our_files(folder, pattern, licence):
    """Files that go into QEMU, SPDX's way."""
    result = []
    for path in sorted((ROOT / folder).glob(pattern)):
        if path.suffix != ".md":
            name = str(path.relative_to(ROOT))
            result.append({"SPDXID": spdx_id("file", name), "fileName": "./" + name,
                           "checksums": checksums(path, "sha1", "sha256"), "licenseConcluded": licence,
                           "licenseInfoInFiles": [licence], "copyrightText": "NOASSERTION"})
    return result


def document(arguments):
    ours = package("SPDXRef-qemu-timekeeper", "qemu-timekeeper", arguments.version, "MIT AND GPL-2.0-only",
                   primaryPackagePurpose="APPLICATION",
                   comment="Our code is MIT; libqemu and the QEMU programs are under QEMU's GPL-2.0.")
    qemu = built_package(arguments.qemu / "manifest", "qemu", "GPL-2.0-only", "QEMU")
    patches = our_files("third_party/qemu/patches", "*.patch", "GPL-2.0-or-later")
    glue = our_files("third_party/qemu/glue", "*", "GPL-2.0-or-later")
    libraries = libraries_of(arguments.binary, arguments.systemc)
    if arguments.systemc:
        systemc = built_package(arguments.systemc / "manifest", "systemc", "Apache-2.0", "Accellera")
        libraries[systemc["SPDXID"]] = systemc
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", ours["SPDXID"]), (ours["SPDXID"], "CONTAINS", qemu["SPDXID"])]
    relations += [(each["SPDXID"], "PATCH_FOR", qemu["SPDXID"]) for each in patches]
    relations += [(qemu["SPDXID"], "CONTAINS", each["SPDXID"]) for each in glue]
    relations += [(ours["SPDXID"], "DYNAMIC_LINK", each) for each in sorted(libraries)]
    result = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"qemu-timekeeper-{arguments.version}",
        "creationInfo": {"created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(arguments.epoch)),
                         "creators": ["Tool: qemu-timekeeper-sbom"]},
        "packages": [ours, qemu, *(libraries[each] for each in sorted(libraries))],
        "files": patches + glue,
        "hasExtractedLicensingInfos": [{
            "licenseId": "LicenseRef-public-domain",
            "extractedText": "The authors have put it into the public domain: nobody has copyright in it."}],
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relations],
    }
    # Its own name, that no other document may have: made from what it says.
    content = json.dumps(result, sort_keys=True).encode()
    result["documentNamespace"] = "urn:uuid:" + str(uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=5))
    return result


def elf_files(given):
    """A file itself; of a folder the programs and libraries in it."""
    paths = sorted(given.iterdir()) if given.is_dir() else [given]
    for path in paths:
        if not path.exists():
            fail(f"{path} does not exist")
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def commit_time():
    """Of the source's newest commit; 1970 where there is no history."""
    git = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%ct"], capture_output=True, text=True, check=False)
    return int(git.stdout) if git.returncode == 0 and git.stdout.strip() else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True, help="our version")
    parser.add_argument("--qemu", required=True, type=pathlib.Path, help="QEMU's results, with their manifest")
    parser.add_argument("--systemc", type=pathlib.Path, help="SystemC's results, if it is built here")
    parser.add_argument("--epoch", type=int, default=os.environ.get("SOURCE_DATE_EPOCH") or commit_time(),
                        help="when it was made, seconds since 1970 (default: SOURCE_DATE_EPOCH, else the last commit)")
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("given", nargs="+", type=pathlib.Path, metavar="BINARY",
                        help="programs and libraries that are shipped, or folders of such")
    arguments = parser.parse_args()
    arguments.binary = [path for given in arguments.given for path in elf_files(given)]
    text = json.dumps(document(arguments), indent=2) + "\n"
    arguments.out.write_text(text)


main()
