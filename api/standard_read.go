package api

// readStandard answers GET /api/standard.
func (c *call) readStandard() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	return c.unalterable(p, p.root)
}

// listClasses answers GET /api/standard/classes.
func (c *call) listClasses() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	return c.unalterable(p, p.list[get[string](c.query, paramCategory)])
}

// readClass answers GET /api/standard/classes/{class}.
func (c *call) readClass() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	class, ok := p.classes[c.r.PathValue("class")]
	if !ok {
		return errNothingHere()
	}
	return c.unalterable(p, class)
}

// readSchema answers GET /api/standard/classes/{class}/schema.
func (c *call) readSchema() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	class, ok := c.Catalogue.Class(c.r.PathValue("class"))
	if !ok {
		return errNothingHere()
	}
	return c.unalterable(p, c.Catalogue.Schema(class))
}

// listValueSets answers GET /api/standard/valuesets.
func (c *call) listValueSets() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	return c.unalterable(p, p.valueSets)
}

// readValueSet answers GET /api/standard/valuesets/{valueset}.
func (c *call) readValueSet() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	set, ok := p.valueSet[c.r.PathValue("valueset")]
	if !ok {
		return errNothingHere()
	}
	return c.unalterable(p, set)
}

// listForms answers GET /api/standard/forms.
func (c *call) listForms() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	return c.unalterable(p, p.forms)
}

// readForm answers GET /api/standard/forms/{form}.
func (c *call) readForm() error {
	p, err := c.standard()
	if err != nil {
		return err
	}
	form, ok := p.form[c.r.PathValue("form")]
	if !ok {
		return errNothingHere()
	}
	return c.unalterable(p, form)
}
