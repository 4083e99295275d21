// Package body places what is seen on somebody's body on a figure, and follows one mark over days.
//
// The figure is data (figure.yaml): simple shapes of our own, each a place and a side of the value sets. Marks are read by the roles of class files. Everything here is a pure function; which
// records somebody may see is decided before they come here.
package body

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/uuid"

	"rosemary/record"
	"rosemary/standard"
)

//go:embed figure.yaml
var figureFile []byte // go:embed needs a variable of the package; nothing writes to it

// The views of the figure.
const (
	Front = "front"
	Back  = "back"
)

// Region is one part of the figure.
type Region struct {
	View, Site, Side string
	Shape            Shape
}

// Shape is an ellipse or a rectangle with round corners, in a field of 200 by 420.
type Shape struct {
	Ellipse             bool
	X, Y, Width, Height float64 // of an ellipse: its middle, and its two radii
	Round               float64
}

// Middle is where a mark on it stands.
func (s Shape) Middle() (x, y float64) {
	if s.Ellipse {
		return s.X, s.Y
	}
	return s.X + s.Width/2, s.Y + s.Height/2
}

// Figure reads the regions.
func Figure() ([]Region, error) {
	var file struct {
		Regions []struct{ View, Site, Side, Shape string }
	}
	if err := yaml.UnmarshalWithOptions(figureFile, &file, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("the figure of the body: %w", err)
	}
	var regions []Region
	for _, r := range file.Regions {
		shape, err := readShape(r.Shape)
		if err != nil {
			return nil, fmt.Errorf("the figure of the body, %s: %w", r.Site, err)
		}
		regions = append(regions, Region{View: r.View, Site: r.Site, Side: r.Side, Shape: shape})
	}
	return regions, nil
}

func readShape(text string) (Shape, error) {
	words := strings.Fields(text)
	if len(words) < 5 {
		return Shape{}, fmt.Errorf("%q is no shape", text)
	}
	var n []float64
	for _, w := range words[1:] {
		f, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return Shape{}, fmt.Errorf("%q is no shape: %w", text, err)
		}
		n = append(n, f)
	}
	s := Shape{Ellipse: words[0] == "ellipse", X: n[0], Y: n[1], Width: n[2], Height: n[3]}
	if len(n) > 4 {
		s.Round = n[4]
	}
	return s, nil
}

// Look is one look at a mark.
type Look struct {
	Version *record.Version
	Content *standard.Content
	At      time.Time
	Before  uuid.UUID // the look before it; zero at the first
}

// Mark is one mark, with every look at it, the first to the last.
type Mark struct {
	Looks []Look
	Ended bool // the last look says that it is no longer there
}

// Last is the latest look.
func (m *Mark) Last() *Look { return &m.Looks[len(m.Looks)-1] }

// Code is the code of the latest look in a role.
func (m *Mark) Code(role string) string {
	v, _ := m.Last().Content.First(role)
	c, _ := v.(standard.Coded)
	return c.Code
}

// Marks puts the looks at marks together, the mark that was looked at last first.
func Marks(catalogue *standard.Catalogue, versions []*record.Version, zone *time.Location) []Mark {
	looks := map[uuid.UUID]Look{}
	for _, v := range versions {
		content, err := v.Decoded(catalogue)
		if err != nil || content.Class == nil || !content.Class.HasRole(standard.ClassRoleBodyMark) || v.Status == record.EnteredInError || v.SaidBy != "" {
			continue
		}
		at, ok := content.At(zone)
		if !ok {
			continue
		}
		look := Look{Version: v, Content: content, At: at}
		if before, ok := content.First(standard.RoleEarlierLook); ok {
			if ref, ok := before.(standard.Reference); ok {
				look.Before = ref.UID
			}
		}
		looks[v.Record] = look
	}
	byFirst := map[uuid.UUID][]Look{}
	for uid, look := range looks {
		first := firstOf(looks, uid)
		byFirst[first] = append(byFirst[first], look)
	}
	var marks []Mark
	for _, list := range byFirst {
		slices.SortFunc(list, func(a, b Look) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Version.From, b.Version.From)) })
		m := Mark{Looks: list}
		m.Ended = ended(m.Last().Content)
		marks = append(marks, m)
	}
	slices.SortFunc(marks, func(a, b Mark) int {
		return cmp.Or(b.Last().At.Compare(a.Last().At), strings.Compare(a.Last().Version.Record.String(), b.Last().Version.Record.String()))
	})
	return marks
}

// firstOf goes back to the first look at a mark. Looks that point at each other in a ring end where the ring began.
func firstOf(looks map[uuid.UUID]Look, uid uuid.UUID) uuid.UUID {
	least, seen := uid, map[uuid.UUID]bool{}
	for !seen[uid] {
		seen[uid] = true
		before, there := looks[uid]
		if !there || before.Before == uuid.Nil {
			return uid
		}
		if _, there = looks[before.Before]; !there {
			return uid
		}
		uid = before.Before
		if uid.String() < least.String() {
			least = uid
		}
	}
	return least
}

// ended says whether a look says that the mark is no longer there.
func ended(content *standard.Content) bool {
	over := false
	content.Walk("", func(_ string, e *standard.Element, v standard.Value) {
		if c, ok := v.(standard.Coded); ok && e.Role == standard.RoleStatus && e.ValueSet != nil {
			if code, ok := e.ValueSet.Code(c.Code); ok && code.Means == standard.MeansEnded {
				over = true
			}
		}
	})
	return over
}
