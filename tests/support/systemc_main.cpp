// SPDX-License-Identifier: MIT
// SystemC's library owns main() and calls sc_main(): from there, run GoogleTest.
#include <gtest/gtest.h>
#include <systemc>

int sc_main(int argc, char *argv[])
{
    // SystemC reports an error by throwing; it must reach the test, not end in a banner on stderr.
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
