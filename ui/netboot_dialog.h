// SPDX-License-Identifier: GPL-3.0-or-later
// Where the operator says on which interface devices boot, starts and stops it, and reads its log.
// The window has no rights of its own: the service's helper asks for them.
#pragma once

#include "netboot/bench_interfaces.h"
#include "netboot/helper/wish.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace core
{
class Station;
}
namespace netboot
{
class Service;
}

namespace ui
{

class NetbootDialog : public QDialog
{
    Q_OBJECT

public:
    // Both outlive the dialog. It begins with `wish` if that names an
    // interface, else with what was served last.
    NetbootDialog(core::Station &station, netboot::Service &service,
                  const netboot::ServiceWish &wish, QWidget *parent = nullptr);

    // What the fields say; BadRequest with a sentence for the operator when one makes no sense.
    [[nodiscard]] protocol::Result<netboot::ServiceWish> wish() const;
    void setWish(const netboot::ServiceWish &wish);
    // The interfaces to choose from; the likeliest one of the bench is chosen, never one that leads
    // out: then the operator has to say which.
    void setMachine(const netboot::MachineFacts &machine,
                    const QHash<QString, netboot::LinkFacts> &links);

private:
    [[nodiscard]] QFormLayout *makeForm();
    void layOut();
    void askMachine(const netboot::ServiceWish &begin);
    void toggle();
    void follow();
    void chooseRoot();

    core::Station &m_station;
    netboot::Service &m_service;
    QComboBox *m_interface;
    QComboBox *m_uplink;
    QLineEdit *m_address;
    QLineEdit *m_range;
    QLineEdit *m_root;
    QCheckBox *m_proxy;
    QLabel *m_status;
    QPlainTextEdit *m_log;
    QPushButton *m_startStop;
    QWidget *m_fields;
};

} // namespace ui
