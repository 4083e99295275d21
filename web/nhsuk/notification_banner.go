package nhsuk

import "html/template"

// NotificationBannerOptions are the options of a notification banner.
type NotificationBannerOptions struct {
	ID               string         `json:"id"`
	Title            HeadingOptions `json:"title"` // Important, or Success for that variant, if it is empty
	Heading          HeadingOptions `json:"heading"`
	Text             string         `json:"text"`
	HTML             template.HTML  `json:"html"`
	Variant          string         `json:"variant"` // success
	Role             string         `json:"role"`    // region, or alert for success, if it is empty
	DisableAutoFocus Choice         `json:"disableAutoFocus"`
	Classes          string         `json:"classes"`
	Attributes       Attributes     `json:"attributes"`
}

// NotificationBanner says something that is not about the page it stands on, such as that a form was saved.
func NotificationBanner(o NotificationBannerOptions) template.HTML {
	title := o.Title
	title.ID = or(title.ID, "nhsuk-notification-banner-title")
	role := "region"
	if o.Variant == "success" {
		title.Text, role = or(title.Text, "Success"), "alert"
	}
	title.Text = or(title.Text, "Important")
	inner := o.HTML
	switch {
	case inner != "" || o.Text == "":
	case o.Heading.empty():
		inner = el("p", set("class", "nhsuk-notification-banner__heading"), lines(text(o.Text)))
	default:
		inner = el("p", set("class", "nhsuk-body"), lines(text(o.Text)))
	}
	class := spaced("nhsuk-notification-banner", o.Classes,
		modifier("nhsuk-notification-banner", o.Variant, o.Classes, "success"))
	return el("div",
		all(set("class", class), opt("id", o.ID), set("data-module", "nhsuk-notification-banner"),
			stated("data-disable-auto-focus", o.DisableAutoFocus), set("role", or(o.Role, role)),
			set("aria-labelledby", title.ID), o.Attributes),
		lines(
			el("div", set("class", "nhsuk-notification-banner__header"),
				lines(headingIn(title, "nhsuk-notification-banner__title", 2, ""))),
			el("div", set("class", "nhsuk-notification-banner__content"),
				lines(headingIn(o.Heading, "nhsuk-notification-banner__heading", 3, ""), inner))))
}
