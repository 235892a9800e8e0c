# SPDX-License-Identifier: MIT
# Writes the file IN as the C string monitor_controls into OUT. As bytes, because C limits the length of a literal.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
string(REGEX REPLACE "('.x0a',)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "#include \"controls.h\"\n\nconst char monitor_controls[] = {\n${bytes}0};\n")
