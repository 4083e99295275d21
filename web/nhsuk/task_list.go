package nhsuk

import (
	"html/template"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// TaskListOptions are the options of a task list.
type TaskListOptions struct {
	ID         string     `json:"id"`
	IDPrefix   string     `json:"idPrefix"` // task-list, if it is empty
	Items      []TaskItem `json:"items"`
	Classes    string     `json:"classes"`
	Attributes Attributes `json:"attributes"`
}

// TaskItem is one task with its status.
type TaskItem struct {
	Title   HeadingOptions `json:"title"` // deprecated: set Heading
	Heading HeadingOptions `json:"heading"`
	Hint    Content        `json:"hint"`
	Status  TaskStatus     `json:"status"`
	Href    string         `json:"href"`
	Classes string         `json:"classes"`
	Omit    bool           `json:"-"`
}

// TaskStatus is how far a task is: a tag, or words.
type TaskStatus struct {
	Tag     *TagOptions   `json:"tag"`
	Text    string        `json:"text"`
	HTML    template.HTML `json:"html"`
	Classes string        `json:"classes"`
}

// UnmarshalJSONFrom reads false as Omit, or an object.
func (o *TaskItem) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain TaskItem
	return omitOr(dec, &o.Omit, (*plain)(o))
}

// UnmarshalJSONFrom reads a string as the text, or an object.
func (o *TaskStatus) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	type plain TaskStatus
	return textOr(dec, &o.Text, (*plain)(o))
}

// TaskList lists what is to be done, and how far each task is.
func TaskList(o TaskListOptions) template.HTML {
	var items []template.HTML
	for i, item := range o.Items {
		if !item.Omit {
			items = append(items, taskItem(item, or(o.IDPrefix, "task-list")+"-"+strconv.Itoa(i+1)))
		}
	}
	return el("ul", all(set("class", spaced("nhsuk-task-list", o.Classes)), opt("id", o.ID), o.Attributes),
		lines(items...))
}

func taskItem(item TaskItem, id string) template.HTML {
	h := item.Heading
	if h.empty() {
		h = item.Title
	}
	var hint, heading template.HTML
	by := id + "-status"
	if !item.Hint.empty() {
		by = id + "-hint " + by
		hint = el("div", all(set("class", "nhsuk-task-list__hint"), set("id", id+"-hint")), lines(item.Hint.html()))
	}
	class := ""
	h.Element = "div"
	if item.Href != "" {
		class, h.Element = "nhsuk-task-list__link", "a"
		h.Classes = spaced("nhsuk-link", h.Classes)
		h.Attributes = all(set("href", item.Href), set("aria-describedby", by), h.Attributes)
	}
	if !h.empty() {
		heading = headingAround(h, class, content(h.HTML, h.Text))
	}
	s := item.Status
	status := content(s.HTML, s.Text)
	if s.Tag != nil {
		status = Tag(*s.Tag)
	}
	return el("li", set("class", spaced("nhsuk-task-list__item",
		classIf(item.Href != "", "nhsuk-task-list__item--with-link"), item.Classes)), lines(
		el("div", set("class", "nhsuk-task-list__name-and-hint"), lines(heading, hint)),
		el("div", all(set("class", spaced("nhsuk-task-list__status", s.Classes)), set("id", id+"-status")), lines(status))))
}
