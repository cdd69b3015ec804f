// SPDX-License-Identifier: GPL-3.0-or-later
// Lines in from the standard input, JSON lines out to the standard output.
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QSocketNotifier>

namespace netboot
{

class LineChannel : public QObject
{
    Q_OBJECT

public:
    explicit LineChannel(QObject *parent = nullptr);

    void send(const QJsonObject &object);

Q_SIGNALS:
    void received(const QByteArray &line);
    void closed(); // once; also after a line of more than a MiB

private:
    void read();
    void close();

    QSocketNotifier m_notifier;
    QByteArray m_rest;
};

} // namespace netboot
