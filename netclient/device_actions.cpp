// SPDX-License-Identifier: GPL-3.0-or-later
#include "netclient/device_actions.h"

#include "netclient/log.h"

#include <QDir>
#include <QFile>

#include <sys/reboot.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <vector>

namespace netclient
{

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace
{

constexpr int blinks = 20;
constexpr qint64 tolerableClockError = 3; // seconds

void writeText(const QString &path, const QByteArray &text)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered))
        file.write(text);
}

QByteArray readText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

// One LED, taken from its trigger and given back. Documentation/leds/leds-class.rst: the active
// trigger is in brackets.
class BorrowedLed
{
public:
    explicit BorrowedLed(QString path)
        : m_path(std::move(path)),
          m_brightness(readText(m_path + "/brightness"_L1)),
          m_trigger(activeTrigger(readText(m_path + "/trigger"_L1)))
    {
        writeText(m_path + "/trigger"_L1, "none");
    }
    void show(bool lit) const { writeText(m_path + "/brightness"_L1, lit ? "255" : "0"); }
    void giveBack() const
    {
        writeText(m_path + "/brightness"_L1, m_brightness);
        if (!m_trigger.isEmpty())
            writeText(m_path + "/trigger"_L1, m_trigger);
    }

private:
    static QByteArray activeTrigger(const QByteArray &triggers)
    {
        const qsizetype begin = triggers.indexOf('[') + 1;
        return begin > 0 ? triggers.sliced(begin, triggers.indexOf(']', begin) - begin)
                         : QByteArray();
    }
    QString m_path;
    QByteArray m_brightness;
    QByteArray m_trigger;
};

} // namespace

SystemActions::SystemActions(QString ledsPath, Appliance appliance)
    : m_ledsPath(std::move(ledsPath)), m_appliance(std::move(appliance))
{
}

void SystemActions::reboot()
{
    endSystem(RB_AUTOBOOT, u"rebooting"_s);
}

void SystemActions::powerOff()
{
    endSystem(RB_POWER_OFF, u"powering off"_s);
}

void SystemActions::endSystem(int how, const QString &word) const
{
    if (!m_appliance.mayEnd) {
        logLine(u"%1: not done, this machine only plays a device"_s.arg(word));
        return;
    }
    logLine(word);
    if (m_appliance.beforeEnd)
        m_appliance.beforeEnd();
    ::sync();
    if (::reboot(how) != 0)
        logLine(u"%1: %2"_s.arg(word, qt_error_string(errno)));
}

void SystemActions::show(DeviceState state)
{
    if (m_appliance.leds)
        m_appliance.leds->show(state);
}

void SystemActions::alive()
{
    if (m_appliance.heart)
        m_appliance.heart->beat();
}

// Timeouts go by the monotonic clock and do not notice.
void SystemActions::setClock(qint64 secondsSinceEpoch)
{
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (!m_appliance.maySetClock || secondsSinceEpoch <= 0 ||
        std::abs(secondsSinceEpoch - qint64(now.tv_sec)) < tolerableClockError)
        return;
    const timespec station{time_t(secondsSinceEpoch), 0};
    if (::clock_settime(CLOCK_REALTIME, &station) == 0)
        logLine(u"clock: set to the station's, %1 s later"_s.arg(secondsSinceEpoch - now.tv_sec));
}

void SystemActions::identify(StopSource &stop)
{
    const StateLeds::Pause pause(m_appliance.leds);
    const QDir leds(m_ledsPath);
    std::vector<BorrowedLed> borrowed;
    for (const QString &name : leds.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        borrowed.emplace_back(leds.filePath(name));
    logLine(u"identify: blinking %1 LEDs"_s.arg(borrowed.size()));
    for (int i = 0; i < blinks && !borrowed.empty(); ++i) {
        for (const BorrowedLed &led : borrowed)
            led.show(i % 2 == 0);
        if (!stop.sleep(250ms))
            break;
    }
    for (const BorrowedLed &led : borrowed)
        led.giveBack();
}

} // namespace netclient
