// SPDX-License-Identifier: GPL-3.0-or-later
// The root helper as the station sees it: started directly by a station that is root, else by
// pkexec, which asks for an administrator's password.
#pragma once

#include "netboot/helper/event.h"

#include <QObject>
#include <QProcess>

namespace netboot
{

// Beside the station's own program, as built, or where it is installed. Empty: not found.
[[nodiscard]] QString findHelper();

class HelperProcess : public QObject
{
    Q_OBJECT

public:
    explicit HelperProcess(QString program, QObject *parent = nullptr);
    ~HelperProcess() override; // lets it put everything back

    // ended() follows, also when it cannot be started.
    void start(const QStringList &arguments);
    void send(const QJsonObject &message);
    void endInput();
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

Q_SIGNALS:
    void event(const netboot::Event &event);
    // `orderly`: it said that everything is put back. NotPermitted, ProgramMissing or NetbootFailed
    // when it did not.
    void ended(bool orderly, const protocol::Failure &failure);

private:
    void readLines();
    void handleEnd();
    void handleError(QProcess::ProcessError error);
    [[nodiscard]] protocol::Failure reason() const;

    QString m_program;
    QProcess m_process;
    bool m_asksForRights = false; // by pkexec
    bool m_orderly = false;
};

} // namespace netboot
