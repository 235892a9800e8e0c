-- SPDX-License-Identifier: MIT
dofile(conf_dir .. "/board.lua")

platform = board("mailbox_words")
