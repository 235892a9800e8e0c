#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sbom_test.py SBOM.PY QEMU_DIR DOCUMENT BINARY...: the bill of materials is what SPDX 2.3 asks for, and true."""
import datetime
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from license_expression import get_spdx_licensing

SCRIPT, QEMU, DOCUMENT = (pathlib.Path(each) for each in sys.argv[1:4])
BINARIES = sys.argv[4:]
ROOT = SCRIPT.parent.parent.parent
LICENCES = get_spdx_licensing()
ELEMENT = re.compile(r"SPDXRef-[A-Za-z0-9.-]+")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def check(document):
    """What of SPDX 2.3's required fields (clauses 6 to 11) is not there, or not as it must be."""
    wrong = []

    explained = [each["licenseId"] for each in document.get("hasExtractedLicensingInfos", [])
                 if each["licenseId"].startswith("LicenseRef-") and each["extractedText"]]

    def field(where, record, name, pattern):
        value = record.get(name)
        if not isinstance(value, str) or not re.fullmatch(pattern, value, re.S):
            wrong.append(f"{where}: {name} is {value!r}")

    def licence(where, record, name):
        value = record.get(name)
        if value not in ("NOASSERTION", "NONE", *explained) and (not value or LICENCES.validate(value).errors):
            wrong.append(f"{where}: {name} is {value!r}")

    field("document", document, "spdxVersion", "SPDX-2\\.3")
    field("document", document, "dataLicense", "CC0-1\\.0")
    field("document", document, "SPDXID", "SPDXRef-DOCUMENT")
    field("document", document, "name", ".+")
    field("document", document, "documentNamespace", "[a-z]+:[^#]+")
    created = document.get("creationInfo", {})
    field("creationInfo", created, "created", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    datetime.datetime.strptime(created.get("created", ""), "%Y-%m-%dT%H:%M:%SZ")
    for who in created.get("creators") or ["nobody"]:
        if not re.fullmatch("(Tool|Person|Organization): .+", who):
            wrong.append(f"creationInfo: creator {who!r}")
    for each in document.get("packages") or [{}]:
        where = f"package {each.get('name')}"
        field(where, each, "SPDXID", ELEMENT.pattern)
        field(where, each, "name", ".+")
        field(where, each, "downloadLocation", "NOASSERTION|NONE|[a-z+]+:.+")
        for name in ("licenseDeclared", "licenseConcluded"):
            licence(where, each, name)
        if each.get("filesAnalyzed") is not False:
            wrong.append(f"{where}: without packageVerificationCode filesAnalyzed must be false")
        for reference in each.get("externalRefs", []):
            field(where, reference, "referenceCategory", "PACKAGE-MANAGER")
            field(where, reference, "referenceType", "purl")
            field(where, reference, "referenceLocator", r"pkg:deb/debian/[a-z0-9.+-]+@[A-Za-z0-9.%~-]+\?arch=\w+")
    for each in document.get("files") or [{}]:
        where = f"file {each.get('fileName')}"
        field(where, each, "SPDXID", ELEMENT.pattern)
        field(where, each, "fileName", r"\./.+")
        licence(where, each, "licenseConcluded")
        if "SHA1" not in {sum_["algorithm"] for sum_ in each.get("checksums", [])}:
            wrong.append(f"{where}: a file must have its SHA-1")
    elements = ["SPDXRef-DOCUMENT"] + [each.get("SPDXID")
                                       for each in document.get("packages", []) + document.get("files", [])]
    if len(set(elements)) != len(elements):
        wrong.append("two elements have one SPDXID")
    relations = document.get("relationships", [])
    for each in relations:
        if not {each["spdxElementId"], each["relatedSpdxElement"]} <= set(elements):
            wrong.append(f"relationship of an unknown element: {each}")
    if not any(each["relationshipType"] == "DESCRIBES" for each in relations):
        wrong.append("the document describes nothing")
    return wrong


class TheBillOfMaterials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = json.loads(DOCUMENT.read_text())
        cls.packages = {each["name"]: each for each in cls.document["packages"]}

    def make(self, *arguments, qemu=QEMU, check_=True):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "sbom.json"
            done = subprocess.run([sys.executable, SCRIPT, "--version", "1.2.3", "--qemu", qemu, "--out", out, *arguments],
                                  capture_output=True, text=True, check=check_)
            return done, out.read_text() if out.exists() else None

    def test_has_what_spdx_requires(self):
        self.assertEqual(check(self.document), [])

    def test_the_check_sees_what_is_missing(self):
        def without(*path):
            broken = json.loads(json.dumps(self.document))
            at = broken
            for step in path[:-1]:
                at = at[step]
            del at[path[-1]]
            return check(broken)
        for path in (("dataLicense",), ("documentNamespace",), ("creationInfo", "creators"), ("packages", 0, "SPDXID"),
                     ("packages", 1, "downloadLocation"), ("packages", 2, "licenseDeclared"), ("files", 0, "checksums"),
                     ("packages", 3), ("relationships", 0)):
            self.assertNotEqual(without(*path), [], path)

    def test_names_all_linked_libraries_in_their_versions(self):
        for binary in BINARIES:
            loaded = {pathlib.Path(path).name: path for path in re.findall(r"(/\S+) \(", output("ldd", binary))}
            needed = re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", binary))
            self.assertGreater(len(needed), 1, binary)
            for name in needed:
                path = pathlib.Path(loaded[name]).resolve()
                if path.is_relative_to(DOCUMENT.parent):
                    continue  # ours
                owner = re.match(r"([^:,\s]+)", subprocess.run(
                    f"dpkg-query -S {path} || dpkg-query -S {str(path).removeprefix('/usr')}", shell=True,
                    capture_output=True, text=True, check=True).stdout).group(1)
                version = output("dpkg-query", "-W", "-f=${Version}", owner)
                self.assertEqual(self.packages[owner]["versionInfo"], version, name)

    def test_knows_the_licence_of_each_library(self):
        self.assertEqual([name for name, each in self.packages.items() if each["licenseDeclared"] == "NOASSERTION"], [],
                         "sbom.py cannot read their copyright files: name their licences in LIBRARY_LICENCES")

    def test_names_qemu_its_patches_and_our_glue_with_their_hashes(self):
        source = self.packages["qemu"]["checksums"][0]["checksumValue"]
        self.assertIn(f"source sha256 {source}\n", (QEMU / "manifest").read_text())
        named = {each["fileName"]: {sum_["algorithm"]: sum_["checksumValue"] for sum_ in each["checksums"]}
                 for each in self.document["files"]}
        files = [*ROOT.glob("third_party/qemu/patches/*.patch"), *ROOT.glob("third_party/qemu/glue/*.[ch]")]
        self.assertGreater(len(files), 2)
        for file in files:
            sums = named[f"./{file.relative_to(ROOT)}"]
            self.assertEqual(sums["SHA256"], hashlib.sha256(file.read_bytes()).hexdigest())

    def test_is_the_same_each_time(self):
        first, second = self.make(BINARIES[0])[1], self.make(BINARIES[0])[1]
        self.assertEqual(first, second)
        later = self.make("--epoch", "86400", BINARIES[0])[1]
        self.assertNotEqual(json.loads(first)["documentNamespace"], json.loads(later)["documentNamespace"])
        self.assertEqual(json.loads(later)["creationInfo"]["created"], "1970-01-02T00:00:00Z")

    def test_refuses_what_it_cannot_name(self):
        done, text = self.make("/no/such/program", check_=False)
        self.assertEqual((done.returncode, done.stderr, text),
                         (1, "sbom: error: /no/such/program does not exist\n", None))
        with tempfile.TemporaryDirectory() as folder:
            manifest = pathlib.Path(folder) / "manifest"
            manifest.write_text("qemu 10.0.13\ntargets aarch64\n")
            done, text = self.make(BINARIES[0], qemu=folder, check_=False)
            self.assertEqual((done.returncode, done.stderr, text),
                             (1, f"sbom: error: {manifest} does not name the version of qemu and the SHA-256 of its source\n", None))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
