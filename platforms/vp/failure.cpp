// SPDX-License-Identifier: MIT
#include "failure.h"

#include "options.h"
#include "output_file.h"
#include "timekeeper/systemc/config.h"

#include <systemc>

namespace vp
{

int guarded(const std::function<int()> &action, std::string &message)
{
    try {
        return action();
    } catch (const usage_error &error) {
        message = "vp: " + std::string(error.what()) + " (vp --help says more)\n";
        return exit_usage;
    } catch (const tk::config_error &error) {
        message = error.what() + std::string("\n");
        return exit_usage;
    } catch (const output_error &error) {
        message = "vp: " + std::string(error.what()) + "\n";
        return exit_internal;
    } catch (const sc_core::sc_report &report) {
        message = "vp: internal failure: " + std::string(report.what()) + "\n";
        return exit_internal;
    } catch (const std::exception &error) {
        message = "vp: internal failure: " + std::string(error.what()) + "\n";
        return exit_internal;
    }
}

} // namespace vp
