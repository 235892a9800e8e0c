// SPDX-License-Identifier: MIT
//
// `vp --trace FILE` and `vp --report FILE.html`: what a run leaves to look at.
#ifndef PLATFORMS_VP_TRACING_H
#define PLATFORMS_VP_TRACING_H

#include "options.h"
#include "report.h"
#include "timekeeper/systemc/platform.h"
#include "timekeeper/trace.h"

#include <memory>
#include <string>

namespace vp
{

class vcd_trace;

// Declared before the platform whose run it traces, so that it outlives the threads of QEMU.
class tracing
{
  public:
    // `program`: "vp 0.1.0". Throws usage_error: a file's name does not say what it is to be.
    // `live`: traces also when there is nothing to write, for report().
    tracing(const options &chosen, const std::string &program, bool live = false);
    ~tracing();
    tracing(const tracing &) = delete;
    tracing &operator=(const tracing &) = delete;

    // From platform::build() to the end of its run.
    class session
    {
      public:
        session(tracing &owner, const tk::platform &built) : m_owner(owner) { m_owner.start(built); }
        ~session() { m_owner.stop(); }
        session(const session &) = delete;
        session &operator=(const session &) = delete;

      private:
        tracing &m_owner;
    };
    // The run is over. Each completes what it is named after, and throws output_error if that cannot be
    // written. finish(): the traces, and what report() says from then on.
    void finish();
    void finish_vcd();
    void write_report(const run_figures &figures) const;

    // What the page shows, as JSON (docs/trace.md); `figures`: nullptr while the run goes on. Any thread,
    // during a session. Empty if nothing is traced.
    std::string report(const run_figures *figures) const;

  private:
    bool wanted() const;
    void start(const tk::platform &built); // throws output_error: a file cannot be written
    void stop();

    const options &m_chosen;
    const std::string m_program;
    const bool m_live;
    std::string m_platform; // JSON
    tk_trace *m_trace = nullptr;
    std::unique_ptr<vcd_trace> m_vcd;
};

} // namespace vp

#endif
