# SPDX-License-Identifier: MIT
# Installs BUILD into FIRST, and moves that to THEN.
file(REMOVE_RECURSE ${FIRST} ${THEN})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${FIRST} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${FIRST} ${THEN})
