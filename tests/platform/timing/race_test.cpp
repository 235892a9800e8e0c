// SPDX-License-Identifier: MIT
#include "run.h"
