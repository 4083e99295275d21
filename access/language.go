package access

import (
	"context"

	"rosemary/standard"
)

// longestLanguage is more than any tag of a language that is in use has.
const longestLanguage = 35

// ChooseLanguage keeps which language whoever is signed in reads pages in, a BCP 47 tag; "" is what their browser asks for. It changes nothing but the words of their own pages.
func (s *Session) ChooseLanguage(ctx context.Context, tag string) error {
	if len(tag) > longestLanguage {
		return standard.Refuse("The language was not kept.", []standard.Problem{{Path: "/language", Rule: "too-long", Message: "This is no tag of a language."}})
	}
	if err := s.guard.config.Accounts.SetLanguage(ctx, s.principal.Account, tag); err != nil {
		return noAccountOr(err, s.principal.Account)
	}
	s.note(ctx, Entry{Action: "choose-language"})
	return nil
}
