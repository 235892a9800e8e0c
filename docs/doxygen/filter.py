#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""filter.py FILE: prints a header with Doxygen's marks in its comments, for Doxygen's INPUT_FILTER.

The headers are written to be read as they are. Doxygen sees only comments with marks of its own, so these are put
in here, line by line, so that its warnings name the right lines:

    the file's first comment           becomes that of the file, and opens the file's group
    a comment before a declaration     /** ... */ or ///
    a comment behind a declaration     ///<, and so the lines that go on with it below
    a ruler ("--- errors ---")         is left out
    a class without a comment          is what its file is about: gets the first sentence of that
    what is the same everywhere        constructors of modules, SystemC's call-backs: says so, or where it is said;
                                       what is deleted, and destructors: left out
"""
import pathlib
import re
import sys

GROUPS = [  # by where the header is; the first that fits
    ("platforms/include/", "systemc"),
    ("components/", "components"),
    ("timekeeper/systemc/", "systemc"),
    ("timekeeper/timekeeper.h", "core"),
    ("timekeeper/", "timeline"),
]
EVERYWHERE = [  # a declaration without a comment, and what it has then
    (re.compile(r"^ +(explicit )?(\w+)\(const sc_core::sc_module_name &name, (tk::)?module_context &context\)"),
     "From its table in a platform file, or one of yours: tk::module_context."),
    (re.compile(r"^ +(path_)?param\(module &owner, "),
     "Declares it at `owner`, whose member it is. A value of another type or out of range: config_error."),
    (re.compile(r"^ +.*\bget\(\) const \{|^ +operator .*\(\) const \{"), "The value."),
    (re.compile(r"^ +bool write\(uint32_t offset, uint32_t value, sc_core::sc_time &delay\) override;"), "As register_file."),
    (re.compile(r"^ +(void|tlm::tlm_sync_enum|bool|unsigned) (nb_transport_fw|get_direct_mem_ptr|transport_dbg|create)\(.*(override;|,)$"),
     "As in the interface that it is of."),
    (re.compile(r"^#define TK_(MODULE_CONCAT2?|REGISTER|ERROR_ENUM|TRACE_STATE_ENUM)\("), "For the macros here."),
    (re.compile(r"^enum libqemu_error \{"), "What calls return."),  # the rest of libqemu.h's is in libqemu.dox
    (re.compile(r"^int tcp_connect\("), "The same, connected to `address`."),
    (re.compile(r"^ +void (start|end)_of_(simulation|elaboration)\(\) override;"), "SystemC's call-back."),
]
LEFT_OUT = re.compile(r"^ +((\w+|[\w:]+ &operator=)\(const \w+ &\w*\) = delete;|(virtual )?~\w+\(\).*;|SC_HAS_PROCESS\(\w+\);)$")
RULER = re.compile(r"^\s*(//|/\*) ---.*")


def group_of(path: str) -> str:
    return next(group for part, group in GROUPS if part in path)


def escape(text: str) -> str:
    """What Doxygen would take for a tag or a link. Example code, which is indented, stays as it is."""
    if text.startswith("    "):
        return text
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([<#@\\])", r"\\\1", part) for part in parts)


def tables(body: list[str]) -> list[str]:
    """Indented lines behind an empty one are columns: they become code, which keeps them."""
    result: list[str] = []
    table = False
    for line in body:
        table = line.startswith("  ") and (table or (bool(result) and not result[-1].strip()))
        result.append("    " + line if table and not line.startswith("    ") else line)
    return result


def file_comment(lines: list[str], name: str, group: str) -> int:
    """Marks the file's first comment; returns the number of its lines."""
    last = 0
    if lines[0].startswith("/*"):
        while "*/" not in lines[last]:
            last += 1
        body = [re.sub(r"^ \* ?", "", line) for line in lines[1:last]]
    else:
        while last + 1 < len(lines) and lines[last + 1].startswith("//"):
            last += 1
        body = [re.sub(r"^// ?", "", line) for line in lines[1 : last + 1]]
    if body and not body[0].strip():
        del body[0]  # the group takes its line
    marked = ["/** @file %s" % name]
    marked += [(" * " + escape(line)).rstrip() for line in tables(body)]
    marked[-1] += " */" if lines[0].startswith("//") else ""
    marked += [" */"] if lines[0].startswith("/*") else []
    marked += ["/** @addtogroup %s" % group, " * @{ */"]
    lines[: last + 1] = marked
    del lines[lines.index("", len(marked))]  # for the group's second line
    return len(marked)


def split_names(line: str) -> str:
    """What stands behind "T a, b;" is said of each of them."""
    match = re.match(r"^(\s+)([\w:<>]+(?: \w+)*) (\w+(?: = \w+)?(?:, \w+(?: = \w+)?)+);\s*(///<|/\*\*<)(.*)$", line)
    if not match:
        return line
    text = match[5].replace("*/", "").strip()
    return match[1] + " ".join(f"{match[2]} {name}; /**< {text} */" for name in match[3].split(", "))


def first_sentence(comment: list[str]) -> str:
    text = " ".join(line.lstrip(" *") for line in comment[1:])
    sentence = re.split(r"(?<=\.)( |$)", text.replace("*/", ""))[0].strip()
    return re.sub(r"^\w+: ", "", sentence) + " More at the head of its file."


def mark(path: str) -> list[str]:
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    at = file_comment(lines, path, group_of(path))
    about = first_sentence(lines[:at])
    column = None  # of the comment behind a declaration that may go on below
    while at < len(lines):
        line = lines[at]
        what = next((text for pattern, text in EVERYWHERE if pattern.match(line)), None)
        if re.match(r"^(class|struct) [\w<>:]+( final)?( : .*[^;]|)( \{)?$", line):
            what = about
        if RULER.match(line) or LEFT_OUT.match(line):
            lines[at] = ""
        elif what and not re.match(r"^\s*//|.*\*/$", lines[at - 1]):
            lines[at] = "/** %s */ %s" % (what, line.lstrip())
        elif match := re.match(r"^(\s*)//(?!/)(.*)$", line):
            behind = column is not None and len(match[1]) == column
            lines[at] = match[1] + ("///<" if behind else "///") + escape(match[2])
            at += 1
            continue
        elif match := re.match(r"^(\s*)/\*(?!\*)(.*)$", line):
            lines[at] = match[1] + "/**" + escape(match[2])
            while "*/" not in lines[at]:
                at += 1
                lines[at] = escape(lines[at])
        elif match := re.match(r"^(.*\S\s*)//(?![/<])(.*)$", line):
            if not re.search(r'"[^"]*//', line) and match[1].strip() != "}" and not match[1].startswith("#"):
                lines[at] = match[1] + "///<" + escape(match[2])
                column = len(match[1])
                at += 1
                continue
        elif match := re.match(r"^(.*\S\s*)/\*(?!\*)(.*)$", line):
            lines[at] = match[1] + "/**<" + escape(match[2])
            while "*/" not in lines[at]:
                at += 1
                lines[at] = escape(lines[at])
        column = None
        at += 1
    return [split_names(line) for line in lines] + ["/** @} */"]


if __name__ == "__main__":
    print("\n".join(mark(sys.argv[1])))
