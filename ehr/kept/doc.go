// Package kept carries what a wire format has no place for.
//
// A dialect writes a part of an extract as well as its format can, reads at once what it has written, and compares. Where the two differ, the format says
// less than the model, and a note is kept: the path in the model, what stands there on the wire, and what it is exactly. The notes travel as JSON in a
// component that is marked as synthesised and carries the archetype id of Archetype, so that others see what it is and may pass it by:
//
//	a COMPOSITION   a last ENTRY of one ELEMENT, whose value is the notes
//	a FOLDER        a last sub-folder, whose name is the notes
//
// Whoever reads it takes the component out and applies the notes. When what stands on the wire is no longer what the notes say (somebody changed it on the
// way), none is applied and the component stays, so that neither the change nor the notes are lost.
//
// The other way round, elements that came from elsewhere and mean nothing here are kept whole, as XML, in an ENTRY of the archetype id of Unread.
package kept

// The archetype ids of components that are made up here.
const (
	Archetype = "rosemary-kept"   // what the format has no place for
	Unread    = "rosemary-unread" // what came, and has no place in the model
)
