// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/state_leds.h"

#include "protocol/guarded.h"

#include <QDir>
#include <QFile>

namespace netclient
{

using namespace Qt::StringLiterals;

namespace
{

void writeText(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        file.write(text);
}

// "ACT", "green:ACT", "led0": kernels differ.
QString stateLed(const QString &ledsPath)
{
    const QDir leds(ledsPath);
    const QStringList names = leds.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    for (const auto wanted : {"act"_L1, "led0"_L1}) {
        for (const QString &name : names) {
            if (name.contains(wanted, Qt::CaseInsensitive))
                return leds.filePath(name);
        }
    }
    return names.isEmpty() ? QString() : leds.filePath(names.first());
}

} // namespace

QByteArray ledPattern(DeviceState state)
{
    switch (state) {
    case DeviceState::Searching:
        return "11100";
    case DeviceState::Waiting:
        return "10000000000000000000";
    case DeviceState::Working:
        return "10";
    case DeviceState::Done:
        return "1";
    case DeviceState::Failed:
        break;
    }
    return "1001001000000000";
}

StateLeds::StateLeds(const QString &ledsPath, Write write)
    : m_led(stateLed(ledsPath)), m_write(write ? std::move(write) : writeText)
{
    if (m_led.isEmpty())
        return;
    // The work is not to fail for want of a light.
    protocol::survives("LEDs", [this] {
        m_write(m_led + "/trigger"_L1, "none");
        m_thread = std::thread([this] { run(); });
    });
}

StateLeds::~StateLeds()
{
    m_stop.stop(StopReason::Interrupted);
    if (m_thread.joinable())
        m_thread.join();
}

void StateLeds::show(DeviceState state)
{
    const std::lock_guard lock(m_mutex);
    if (m_state == state)
        return;
    m_state = state;
    m_step = 0;
}

void StateLeds::run()
{
    do
        protocol::survives("LEDs", [this] { step(); });
    while (m_stop.sleep(ledStepTime));
}

void StateLeds::step()
{
    const std::lock_guard lock(m_mutex);
    if (m_paused)
        return;
    const QByteArray pattern = ledPattern(m_state);
    const char wanted = pattern[m_step % pattern.size()];
    m_step = (m_step + 1) % pattern.size();
    // An LED behind the firmware's mailbox is not to be written to for nothing.
    if (wanted != m_shown)
        m_write(m_led + "/brightness"_L1, wanted == '1' ? "255" : "0");
    m_shown = wanted;
}

StateLeds::Pause::Pause(StateLeds *leds) : m_leds(leds)
{
    if (!m_leds)
        return;
    const std::lock_guard lock(m_leds->m_mutex);
    m_leds->m_paused = true;
}

StateLeds::Pause::~Pause()
{
    if (!m_leds)
        return;
    const std::lock_guard lock(m_leds->m_mutex);
    m_leds->m_paused = false;
    m_leds->m_shown = 0;
}

} // namespace netclient
