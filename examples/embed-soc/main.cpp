// SPDX-License-Identifier: MIT
//
// Runs the SoC, one millisecond after the other, until its guest ends the run.
#include "soc.h"

#include <timekeeper/systemc/installation.h>

#include <iostream>

int sc_main(int argc, char *argv[])
{
    int code = 1;

    try {
        soc the_soc("soc", argc > 1 ? argv[1] : tk::firmware_dir() + "/blink.elf");
        while (!the_soc.console.finished(code)) {
            sc_core::sc_start(1, sc_core::SC_MS); // here a debugger, a test or another simulator may look in
        }
        std::cout << "ends at " << sc_core::sc_time_stamp() << " after " << the_soc.led.edges().size()
                  << " edges, with code " << code << std::endl;
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
    return code;
}
