package web

import "rosemary/care/plain"

// medicineSentences are what stops a dose, as the rules of medicines word it.
func medicineSentences() []string {
	return []string{
		plain.Sentence("The order was saved unfinished."), plain.Sentence("The order has ended: {status}."), plain.Sentence("The order has not begun yet."), plain.Sentence("The order’s last day has passed."),
		plain.Sentence("No second person has checked this order against the label or letter."), plain.Sentence("Recorded allergy: {allergy}."), plain.Sentence("A second person must witness this medicine."),
		plain.Sentence("The record says that the person is in hospital."), plain.Sentence("The dose of {due} is recorded already: {outcome} at {time}."),
		plain.Sentence("{medicine} was given at {when}. At least {span} must pass: not before {next}."), plain.Sentence("{medicine} was given after that, at {when}. At least {span} must pass: not before {next}."),
	}
}

// stops words what stops a dose. Nobody has proved a translation of it: the English stands beside.
func (c *call) stops(english string) string {
	return c.words.Beside(c.words.Again(english, medicineSentences()), english)
}
