package plain

import "strings"

// Again words a sentence that was made in English elsewhere, by the sentences that it may have been made of: what stands where they have a {name} is what it was filled with. A name of a
// file's own that stands there is worded too. What is made of none of them stays as it is. It is for our own messages, never for what somebody wrote.
func (w *Words) Again(made string, sentences []string) string {
	if w == nil || made == "" {
		return made
	}
	if own := w.Sentences[made]; own != "" {
		return own
	}
	best, values := "", []string(nil)
	for _, sentence := range sentences {
		if found := filled(made, sentence); found != nil && len(sentence) > len(best) {
			best, values = sentence, found
		}
	}
	if best == "" || w.Sentences[best] == "" {
		return made
	}
	for i := 1; i < len(values); i += 2 {
		values[i] = w.Say(values[i])
	}
	return w.Say(best, values...)
}

// filled finds with what a sentence was filled to make a text: names and values; nil where it was not made of it.
func filled(made, sentence string) []string {
	values := []string{}
	for {
		open := strings.IndexByte(sentence, '{')
		if open < 0 {
			if made != sentence {
				return nil
			}
			return values
		}
		end := strings.IndexByte(sentence[open:], '}')
		if end < 0 || !strings.HasPrefix(made, sentence[:open]) {
			return nil
		}
		name := sentence[open+1 : open+end]
		made, sentence = made[open:], sentence[open+end+1:]
		next, _, _ := strings.Cut(sentence, "{")
		at := len(made)
		if next != "" {
			if at = strings.Index(made, next); !strings.Contains(sentence, "{") {
				at = len(made) - len(next)
			}
		}
		if at < 1 || at > len(made) {
			return nil
		}
		values = append(values, name, made[:at])
		made = made[at:]
	}
}
