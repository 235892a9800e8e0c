// SPDX-License-Identifier: MIT
#include "options.h"

#include "time_text.h"

#include <getopt.h>

namespace vp
{

std::string help_text()
{
    return "vp: runs a virtual platform that a Lua file describes.\n"
           "\n"
           "  vp [options] FILE.lua\n"
           "\n"
           "  -l, --gs_luafile FILE    the platform file; the same as FILE alone\n"
           "  -p, --param PATH=VALUE   set a parameter, \"platform.cpu_0.insn_per_second=1000000\"; "
           "overrides the\n"
           "                           file; may be repeated, the last one wins\n"
           "      --sandbox            do not trust the file: no access to the host while it runs, limits of "
           "memory and\n"
           "                           steps, and little access later; docs/trust.md says what that protects "
           "from\n"
           "      --stats              print a table about time at the end\n"
           "      --stats=FILE.json    write the same as JSON\n"
           "      --monitor [HOST:]PORT\n"
           "                           serve a page and a JSON API about the run, on this machine only "
           "unless HOST "
           "says\n"
           "                           otherwise; port 0: any that is free\n"
           "      --monitor-token-file FILE\n"
           "                           who may change the run knows this token; else a new one, printed at "
           "the "
           "start\n"
           "      --paused             begin paused: the monitor says when to go on\n"
           "      --quiet              no line about the run at the bottom of the terminal\n"
           "      --trace FILE         write what happens when: FILE.json for ui.perfetto.dev, FILE.vcd for "
           "GTKWave,\n"
           "                           FILE.csv the sums; may be repeated\n"
           "      --report FILE.html   write a page that shows the run\n"
           "      --expect [@CONSOLE:]REGEX\n"
           "                           some line of a console (of any, or of the module CONSOLE) has to "
           "match; "
           "may be\n"
           "                           repeated; ECMAScript's regular expressions\n"
           "      --reject [@CONSOLE:]REGEX\n"
           "                           the run ends, and has failed, when a line matches; may be repeated\n"
           "      --until-expected     the run ends, and is good, when all --expect have matched\n"
           "      --expect-exit CODE   the guest has to end the run with this code instead of 0; vp's is "
           "then 0\n"
           "      --timeout-sim TIME   the run ends, and has failed, at this simulated time: 10ms, 1.5s (ps, "
           "ns, "
           "us, ms,\n"
           "                           s, min)\n"
           "      --timeout-wall TIME  the same after so much time of the host's, whatever hangs\n"
           "      --junit FILE.xml     write the result as a JUnit file\n"
           "      --test-name NAME     the test's name in it; else the platform file's\n"
           "      --list-modules       print every moduletype with its ports and parameters; "
           "--list-modules=markdown:\n"
           "                           the same as docs/configuration.md has it\n"
           "      --list-params        print every parameter of the given platform, and do not run it\n"
           "      --list-qemu-types [PATTERN]\n"
           "                           print the CPUs and devices that QEMU has: a part of the name, or with "
           "a *\n"
           "      --describe TYPE      print what one of them offers, as a platform file writes it\n"
           "      --target TARGET      of which QEMU: aarch64 (default), riscv64, riscv32\n"
           "      --help               print this\n"
           "      --version            print the version\n"
           "\n"
           "Exit code: the guest's; 2 for a usage or configuration error; 3 for an internal failure, or when "
           "nothing\n"
           "will happen any more; 4 for --timeout-sim; 5 for --timeout-wall; 6 when --expect, --reject or "
           "--expect-exit\n"
           "was not met; 128 + number when a signal ended it.\n";
}

static void set_platform_file(options &chosen, const std::string &file)
{
    if (!chosen.platform_file.empty()) {
        throw usage_error("two platform files, " + chosen.platform_file + " and " + file + "; give one");
    }
    chosen.platform_file = file;
}

static void take_stats(options &chosen, const char *file)
{
    if (!file) {
        chosen.stats = true;
    } else if (*file == '\0') {
        throw usage_error("--stats= names no file; write --stats=FILE.json, or --stats for a table");
    } else {
        chosen.stats_file = file;
    }
}

// `text` as a time, ps.
static uint64_t read_time(const char *option, const char *text)
{
    const uint64_t ps = time_text_read(text);
    if (ps == 0) {
        throw usage_error(std::string(option) + " '" + text +
                          "' is no time; write a number above 0 and a unit, as 10ms or 1.5s");
    }
    return ps;
}

static int read_exit_code(const char *text)
{
    const std::string code = text;
    if (code.empty() || code.size() > 3 || code.find_first_not_of("0123456789") != std::string::npos ||
        std::stoi(code) > 255) {
        throw usage_error("--expect-exit '" + code + "' is no exit code; give one from 0 to 255");
    }
    return std::stoi(code);
}

static void check_test(const options &chosen)
{
    if (chosen.until_expected && chosen.expected.empty()) {
        throw usage_error("--until-expected is for --expect; give that, too");
    }
    if (!chosen.test_name.empty() && chosen.junit_file.empty()) {
        throw usage_error("--test-name is for --junit; give that, too");
    }
}

static bool takes_markdown(const char *form)
{
    if (form && std::string(form) != "markdown") {
        throw usage_error("--list-modules=" + std::string(form) +
                          " is no form; write --list-modules=markdown, or nothing");
    }
    return form != nullptr;
}

options parse_options(int argc, char *argv[])
{
    enum {
        opt_stats = 256,
        opt_sandbox,
        opt_monitor,
        opt_monitor_token,
        opt_paused,
        opt_quiet,
        opt_trace,
        opt_report,
        opt_expect,
        opt_reject,
        opt_until_expected,
        opt_expect_exit,
        opt_timeout_sim,
        opt_timeout_wall,
        opt_junit,
        opt_test_name,
        opt_list_modules,
        opt_list_params,
        opt_list_types,
        opt_describe,
        opt_target,
        opt_help,
        opt_version
    };
    static const struct option known[] = {
        {"gs_luafile", required_argument, nullptr, 'l'},
        {"param", required_argument, nullptr, 'p'},
        {"sandbox", no_argument, nullptr, opt_sandbox},
        {"stats", optional_argument, nullptr, opt_stats},
        {"trace", required_argument, nullptr, opt_trace},
        {"report", required_argument, nullptr, opt_report},
        {"monitor", required_argument, nullptr, opt_monitor},
        {"monitor-token-file", required_argument, nullptr, opt_monitor_token},
        {"paused", no_argument, nullptr, opt_paused},
        {"quiet", no_argument, nullptr, opt_quiet},
        {"expect", required_argument, nullptr, opt_expect},
        {"reject", required_argument, nullptr, opt_reject},
        {"until-expected", no_argument, nullptr, opt_until_expected},
        {"expect-exit", required_argument, nullptr, opt_expect_exit},
        {"timeout-sim", required_argument, nullptr, opt_timeout_sim},
        {"timeout-wall", required_argument, nullptr, opt_timeout_wall},
        {"junit", required_argument, nullptr, opt_junit},
        {"test-name", required_argument, nullptr, opt_test_name},
        {"list-modules", optional_argument, nullptr, opt_list_modules},
        {"list-params", no_argument, nullptr, opt_list_params},
        {"list-qemu-types", optional_argument, nullptr, opt_list_types},
        {"describe", required_argument, nullptr, opt_describe},
        {"target", required_argument, nullptr, opt_target},
        {"help", no_argument, nullptr, opt_help},
        {"version", no_argument, nullptr, opt_version},
        {nullptr, 0, nullptr, 0}};
    options chosen;
    int option;

    opterr = 0; // the messages are ours
    optind = 0; // glibc begins anew then, whatever it was in the middle of
    while ((option = getopt_long(argc, argv, ":l:p:", known, nullptr)) != -1) {
        const char *const value = optarg ? optarg : ""; // not given, or no option to have one
        switch (option) {
        case 'l':
            set_platform_file(chosen, value);
            break;
        case 'p':
            chosen.overrides.push_back(value);
            break;
        case opt_sandbox:
            chosen.sandbox = true;
            break;
        case opt_stats:
            take_stats(chosen, optarg);
            break;
        case opt_monitor:
            chosen.monitor = value;
            break;
        case opt_monitor_token:
            chosen.monitor_token_file = value;
            break;
        case opt_paused:
            chosen.paused = true;
            break;
        case opt_quiet:
            chosen.quiet = true;
            break;
        case opt_trace:
            chosen.trace_files.push_back(value);
            break;
        case opt_report:
            chosen.report_file = value;
            break;
        case opt_expect:
            chosen.expected.emplace_back("--expect", value);
            break;
        case opt_reject:
            chosen.rejected.emplace_back("--reject", value);
            break;
        case opt_until_expected:
            chosen.until_expected = true;
            break;
        case opt_expect_exit:
            chosen.expected_exit = read_exit_code(value);
            break;
        case opt_timeout_sim:
            chosen.timeout_sim = value;
            chosen.timeout_sim_ps = read_time("--timeout-sim", value);
            break;
        case opt_timeout_wall:
            chosen.timeout_wall = value;
            chosen.timeout_wall_ps = read_time("--timeout-wall", value);
            break;
        case opt_junit:
            chosen.junit_file = value;
            break;
        case opt_test_name:
            chosen.test_name = value;
            break;
        case opt_list_modules:
            chosen.list_modules = true;
            chosen.markdown = takes_markdown(optarg);
            break;
        case opt_list_params:
            chosen.list_params = true;
            break;
        case opt_list_types:
            chosen.list_qemu_types = true;
            chosen.qemu_pattern = value;
            break;
        case opt_describe:
            chosen.describe_type = value;
            break;
        case opt_target:
            chosen.qemu_target = value;
            break;
        case opt_help:
            chosen.help = true;
            break;
        case opt_version:
            chosen.version = true;
            break;
        case ':':
            throw usage_error("option " + std::string(argv[optind - 1]) + " needs a value");
        default:
            throw usage_error("unknown option " + std::string(argv[optind - 1]));
        }
    }
    if (chosen.list_qemu_types && chosen.qemu_pattern.empty() && optind < argc) {
        chosen.qemu_pattern = argv[optind++];
    }
    for (; optind < argc; optind++) {
        set_platform_file(chosen, argv[optind]);
    }
    if (!chosen.monitor_token_file.empty() && chosen.monitor.empty()) {
        throw usage_error("--monitor-token-file is for --monitor; give that, too");
    }
    if (chosen.paused && chosen.monitor.empty()) {
        throw usage_error("--paused is for --monitor, which says when to go on; give that, too");
    }
    check_test(chosen);
    const bool asks_only = chosen.help || chosen.version || chosen.list_modules || chosen.list_qemu_types ||
                           !chosen.describe_type.empty();
    if (chosen.platform_file.empty() && !asks_only) {
        throw usage_error("no platform file; give one: vp FILE.lua");
    }
    return chosen;
}

} // namespace vp
