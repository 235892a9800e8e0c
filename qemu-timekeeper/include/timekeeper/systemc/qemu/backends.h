// SPDX-License-Identifier: MIT
//
// What stands behind QEMU's devices: the file of a disk, a network, the other end of a serial line. Devices
// name them by their id, in a property (drive, netdev, chardev). A platform file has them in tables of the
// instance,
//
//   netdevs  = { net0 = "user,restrict=on" },
//   drives   = { disk0 = { file = "disk.img", format = "raw", readonly = true } },
//   chardevs = { con0 = "file,path=console.txt" },
//
// where the key is the id, and the value what stands behind QEMU's option of that name, as one string or as a
// table (an array repeats its key; file names in `file` and `path` are relative to the platform file); or a
// single one in a parameter of the device that it is for.
#ifndef TIMEKEEPER_SYSTEMC_QEMU_BACKENDS_H
#define TIMEKEEPER_SYSTEMC_QEMU_BACKENDS_H

#include "timekeeper/libqemu.h"
#include "timekeeper/systemc/async.h"
#include "timekeeper/systemc/module.h"
#include "timekeeper/systemc/param.h"

#include <memory>
#include <string>
#include <vector>

namespace tk
{

// Thread: SystemC's.
class qemu_backends
{
  public:
    // Makes those of the owner's tables, in the QEMU that `api` has started. Throws config_error.
    void make_all(module &owner, const libqemu_api &api);
    // Makes one: kind is "netdev", "drive" or "chardev", `options` as QEMU reads them, written at `where`.
    // Throws config_error.
    void make(const module &owner, const libqemu_api &api, const std::string &kind, const std::string &id,
              const std::string &options, const source_location &where);
    // Nothing more comes from them.
    void close();

    // As QEMU reads options: "file=disk.img,readonly=on".
    static std::string options_text(const config_node &options);

  private:
    // A run does not end for want of anything to do while one of these may bring something.
    std::vector<std::unique_ptr<external_input>> m_inputs;
};

} // namespace tk

#endif
