// SPDX-License-Identifier: GPL-3.0-or-later
// What TCP knows of who holds up a connection on which we send.
#pragma once

#include <chrono>

namespace transport
{

// For how long, since the connection began, the peer has let no more come because it has not taken
// what is there (TCP_INFO); the rest of a wait is the network's. 0 when the kernel does not tell.
[[nodiscard]] std::chrono::microseconds heldByPeer(int descriptor);

} // namespace transport
