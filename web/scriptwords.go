package web

import (
	"github.com/go-json-experiment/json"

	"rosemary/care/plain"
)

// scriptSentences are what the scripts of a page say (web/assets/src/parts). A page in another language brings their words with it.
func scriptSentences() []string {
	return []string{
		plain.Sentence("There is no connection. Your draft is not saved. Keep this page open."), plain.Sentence("Draft saved at {time}"),
		plain.Sentence("No network. Kept on this device at {time}. It goes to Rosemary by itself."), plain.Sentence("Your draft is not saved just now."), plain.Sentence("Look at both"),
		plain.Sentence("These go by themselves when there is a network, in this order."), plain.Sentence("Written {when}. It arrived and could not be saved: it needs a person."),
		plain.Sentence("Written {when}. Waiting."), plain.Sentence("Waiting to be sent"), plain.Sentence("Kept on this device and not in the record yet: {entries}."), plain.Sentence("This was not kept."),
		plain.Sentence("There is no network, and {why}. Do not close this page. Write down on paper what matters."), plain.Sentence("Kept in the name of {name}."), plain.Sentence("Not you?"),
	}
}

// scriptWords are the words of the scripts in a language, by their English; "" for English, which the scripts know.
func scriptWords(in *plain.Words) string {
	if in == nil {
		return ""
	}
	own := map[string]string{}
	for _, english := range scriptSentences() {
		if words := in.Sentences[english]; words != "" {
			own[english] = words
		}
	}
	if len(own) == 0 {
		return ""
	}
	text, err := json.Marshal(own, json.Deterministic(true))
	if err != nil { // texts by texts
		return ""
	}
	return string(text)
}
