// SPDX-License-Identifier: GPL-3.0-or-later
// What the device is at, by its LEDs: all that a reTerminal shows here, whose panel stays dark.
// Blinks with a thread of its own and the LEDs' brightness alone, so that no kernel trigger is
// needed, and so that a blinking LED means a running program. Documentation/leds/leds-class.rst.
#pragma once

#include "netclient/stop_source.h"

#include <QString>

#include <functional>
#include <thread>

namespace netclient
{

enum class DeviceState {
    Searching, // no station yet: lit three fifths of half a second
    Waiting,   // registered, nothing to do: a flash every two seconds
    Working,   // a job: even, five times a second
    Done,      // the last job is proven: lit
    Failed,    // the last job failed: three flashes and a pause
};

// How bright in each step of stepTime, again and again.
[[nodiscard]] QByteArray ledPattern(DeviceState state);
inline constexpr std::chrono::milliseconds ledStepTime{100};

class StateLeds
{
public:
    using Write = std::function<void(const QString &path, const QByteArray &text)>;

    // `ledsPath` is /sys/class/leds. The LED is the one called ACT (led0 with Raspberry Pi's own
    // kernel), else the first; without any nothing is shown, and likewise without a thread to be
    // had. Takes it from its trigger, for good. `write`: for tests.
    explicit StateLeds(const QString &ledsPath, Write write = {});
    ~StateLeds();

    void show(DeviceState state); // thread-safe
    // While it lives, somebody else has the LEDs.
    class Pause
    {
    public:
        explicit Pause(StateLeds *leds);
        ~Pause();
        Pause(const Pause &) = delete;
        Pause &operator=(const Pause &) = delete;

    private:
        StateLeds *m_leds;
    };

private:
    void run();
    void step();

    const QString m_led;
    const Write m_write;
    std::mutex m_mutex;
    DeviceState m_state = DeviceState::Searching;
    bool m_paused = false;
    qsizetype m_step = 0;
    char m_shown = 0; // what was written last; 0: not known
    StopSource m_stop;
    std::thread m_thread;
};

} // namespace netclient
