package web

import (
	"time"

	"rosemary/access"
	"rosemary/access/outbox"
	"rosemary/care/plain"
)

// devicesPage shows which devices keep work without a network, when each was last in touch, and what may be missing.
type devicesPage struct {
	Frame
	Rows  []DeviceRow
	Hours int // how long it may keep what is to be read
}

// DeviceRow is one device.
type DeviceRow struct {
	ID      string
	Name    string
	Who     string
	First   string
	Last    string
	Silent  bool   // longer than a shift
	Missing string // what may be missing; "" for nothing
	Clock   string // "" for nothing
	Revoked string // when, and by whom; "" while it is not
}

// mayManageDevices refuses whoever may not see them.
func (c *call) mayManageDevices() error {
	if c.session.May(access.ToManageDevices) && c.config.Outbox != nil {
		return nil
	}
	return errNowhere()
}

// devices lists them.
func (c *call) devices() error {
	if err := c.mayManageDevices(); err != nil {
		return err
	}
	list, err := c.config.Outbox.Store.Devices(c.ctx)
	if err != nil {
		return err
	}
	page := devicesPage{Frame: c.frame("Devices"), Hours: c.offline.Hours}
	for _, d := range list {
		page.Rows = append(page.Rows, c.deviceRow(d))
	}
	return c.render("devices", page)
}

func (c *call) deviceRow(d outbox.Device) DeviceRow {
	zone := c.config.Zone
	row := DeviceRow{ID: d.ID.String(), Name: d.Name, Who: c.nameOfAccount(d.Account), First: plain.Minute(d.First, zone), Last: plain.Minute(d.Last, zone),
		Silent: c.now().Sub(d.Last) > c.keepFor()}
	if row.Name == "" {
		row.Name = "A device"
	}
	if row.Who == "you" {
		row.Who = c.session.Principal().Name
	}
	if d.Waiting > 0 {
		row.Missing = count(d.Waiting, "entry")
		if d.Waiting > 1 {
			row.Missing = plain.Whole(d.Waiting) + " entries"
		}
		row.Missing += " not sent yet"
		if !d.Oldest.IsZero() {
			row.Missing += ", the oldest written " + plain.Minute(d.Oldest, zone)
		}
	}
	if d.Behind.Abs() > wrongClock {
		row.Clock = "Its clock is " + offWords(d.Behind)
	}
	if !d.Revoked.IsZero() {
		row.Revoked = "Revoked " + plain.Minute(d.Revoked, zone) + " by " + c.nameOfAccount(d.RevokedBy)
	}
	return row
}

// revokeDevice makes a device forget what it keeps to be read, or lets it keep again. What was written on it still arrives.
func (c *call) revokeDevice() error {
	if err := c.mayManageDevices(); err != nil {
		return err
	}
	id, err := c.uid("device")
	if err != nil {
		return err
	}
	sent, err := c.posted()
	if err != nil {
		return err
	}
	device, err := c.config.Outbox.Store.FindDevice(c.ctx, id)
	if err != nil {
		return err
	}
	at, said := c.config.Now(), "The device is revoked. It forgets what it keeps to be read when it is next in touch, or when its time is over. What was written on it still arrives, and waits for a senior."
	if sent.Get(fieldAct) == "allow" {
		at, said = time.Time{}, "The device may keep work again."
	}
	if err := c.config.Outbox.Store.Revoke(c.ctx, device.ID, at, c.account()); err != nil {
		return err
	}
	c.say(said)
	return c.redirect("/devices")
}
