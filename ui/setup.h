// SPDX-License-Identifier: GPL-3.0-or-later
// What an application needs before its first window: names, icon, translation, theme.
#pragma once

class QApplication;

namespace ui
{

void setUpApplication(QApplication &application);

} // namespace ui
