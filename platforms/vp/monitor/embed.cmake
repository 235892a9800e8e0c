# SPDX-License-Identifier: MIT
# Writes the file IN as the C string monitor_page into OUT. As bytes, because C limits the length of a literal.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes
    "${bytes}")
file(WRITE ${OUT} "#include \"page.h\"\n\nconst char monitor_page[] = {\n${bytes}0};\n")
