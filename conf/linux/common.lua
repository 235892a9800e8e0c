-- SPDX-License-Identifier: MIT
--
-- What conf/linux-*.lua share: their parameters, and where kernel, initrd and firmware are.

local common = {}

-- The value of platform.NAME on the command line, or `default`, of whose type it must be.
function common.given(name, default)
    local text = param["platform." .. name]
    if text == nil then return default end
    if type(default) == "boolean" then
        if text == "true" or text == "false" then return text == "true" end
        error("platform." .. name .. ": '" .. text .. "' is neither true nor false", 0)
    end
    return math.tointeger(tonumber(text)) or error("platform." .. name .. ": '" .. text .. "' is not an integer", 0)
end

-- platform.cpus: 1 to 8.
function common.cpus(default)
    local cpus = common.given("cpus", default)
    if cpus < 1 or cpus > 8 then error("platform.cpus: " .. cpus .. " CPUs; 1 to 8 there can be", 0) end
    return cpus
end

-- The folder with Image, initrd and the rest for Debian's `architecture`. TIMEKEEPER_LINUX_DIR names one with others.
function common.dir(architecture)
    local dir = os.getenv("TIMEKEEPER_LINUX_DIR")
    if dir then return dir end
    local prepare = io.popen("'" .. conf_dir .. "/linux/prepare' " .. architecture)
    dir = prepare:read("l")
    return prepare:close() and dir or error("conf/linux/prepare could not make what Linux needs", 0)
end

function common.size_of(path)
    local file = io.open(path, "rb") or error("there is no " .. path, 0)
    local size = file:seek("end")
    file:close()
    return size
end

return common
