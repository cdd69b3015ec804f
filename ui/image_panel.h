// SPDX-License-Identifier: GPL-3.0-or-later
// The golden image, and the library below it to choose another one from.
#pragma once

#include "core/model.h"
#include "ui/tone.h"

#include <QWidget>

class QListView;
class QPushButton;

namespace ui
{

class ImageCard;
class ImageModel;

class ImagePanel : public QWidget
{
    Q_OBJECT

public:
    // `model` outlives the panel.
    explicit ImagePanel(ImageModel &model, QWidget *parent = nullptr);

    void refresh(); // after the model changed
    void setFit(const QString &sentence, Tone tone);

Q_SIGNALS:
    void chooseRequested();
    void goldenRequested(const QString &id);
    void removeRequested(const QString &id); // cancels where it is still being imported

private:
    [[nodiscard]] QWidget *makeLibrary();
    [[nodiscard]] core::ImageId selected() const;
    [[nodiscard]] const core::Image *importShown() const;
    void requestSelected();
    void updateButtons();

    ImageModel &m_model;
    ImageCard *m_card;
    QListView *m_list = nullptr;
    QPushButton *m_use = nullptr;
    QPushButton *m_remove = nullptr;
    QWidget *m_library; // behind the parts that making it sets
};

} // namespace ui
