package ehr

// Recorded is what is a RECORD_COMPONENT: *Folder, *Composition, *Section, *Entry, *Cluster or *Element.
type Recorded interface{ Record() *Component }

// Visit is told of a component, or of the value of an element (then c is the element). The place is good until it returns; its error stops the walk.
type Visit func(at *Place, c Recorded, v Value) error

// Walk visits every component of a part, each before what it holds, in order, with its path: /all_compositions/content[0]/items[2], and the value of an element
// after it: /all_compositions/content[0]/items[2]/value. Headers and demographic entities hold no components.
func Walk(p Part, visit Visit) error {
	at := &Place{}
	switch p.(type) {
	case *Folder:
		at.Enter("folders")
	case *Composition:
		at.Enter("all_compositions")
	}
	return WalkAt(at, p, visit)
}

// WalkAt does so for a part that is at a place, such as /all_compositions[3].
func WalkAt(at *Place, p Part, visit Visit) error {
	switch x := p.(type) {
	case *Folder:
		return walkFolder(at, x, visit)
	case *Composition:
		if err := visit(at, x, nil); err != nil {
			return err
		}
		return walkContent(at, "content", x.Content, visit)
	}
	return nil
}

func walkFolder(at *Place, f *Folder, visit Visit) error {
	if err := visit(at, f, nil); err != nil {
		return err
	}
	at.Enter("sub_folders")
	defer at.Leave()
	for i, sub := range f.Folders {
		at.Index(i)
		if err := walkFolder(at, sub, visit); err != nil {
			return err
		}
	}
	return nil
}

func walkContent(at *Place, name string, all []Content, visit Visit) error {
	at.Enter(name)
	defer at.Leave()
	for i, c := range all {
		at.Index(i)
		if err := visit(at, c, nil); err != nil {
			return err
		}
		var err error
		switch x := c.(type) {
		case *Section:
			err = walkContent(at, "members", x.Members, visit)
		case *Entry:
			err = walkItems(at, "items", x.Items, visit)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func walkItems(at *Place, name string, all []Item, visit Visit) error {
	at.Enter(name)
	defer at.Leave()
	for i, it := range all {
		at.Index(i)
		if err := visit(at, it, nil); err != nil {
			return err
		}
		var err error
		switch x := it.(type) {
		case *Cluster:
			err = walkItems(at, "parts", x.Parts, visit)
		case *Element:
			if x.Value != nil {
				at.Enter("value")
				err = visit(at, x, x.Value)
				at.Leave()
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}
