package form

import "rosemary/care/plain"

// faultSentences are what can be wrong with an answer, as this package and the standard word it.
func faultSentences() []string {
	return []string{
		plain.Sentence("{question} is missing. Write it."), plain.Sentence("{question} is missing. Enter a number."), plain.Sentence("{question} is missing. Enter the amount and its unit."),
		plain.Sentence("{question} is missing. Answer yes or no."), plain.Sentence("{question} is missing. Enter a date."), plain.Sentence("{question} is missing. Enter a time."),
		plain.Sentence("{question} is missing. Enter a date and time."), plain.Sentence("{question} is missing. Choose one."), plain.Sentence("{question} is missing. Choose at least one."),
		plain.Sentence("{question} is missing. Fill it in."), plain.Sentence("{question} has not been asked yet."), plain.Sentence("{question} must have an answer: the record is not safe without it."),
		plain.Sentence("{question} must be between {least} and {most}."), plain.Sentence("{question} must be {least} or more."), plain.Sentence("{question} must be {most} or less."),
		plain.Sentence("Nothing can be added here."), plain.Sentence("What is shown here is to be read; the form does not refer to it."),
		plain.Sentence("Tick or add at least one: {question}"), plain.Sentence("Only one can be chosen or added: {question}"),
		plain.Sentence("There is an answer, and it also says why there is none. Take one of the two out."),
		plain.Sentence("“{typed}” is not a number. Write it in digits, for example 61.4."), plain.Sentence("Say in which unit this is measured."), plain.Sentence("Answer yes or no."),
		plain.Sentence("“{typed}” is not a time. Write it like 14:30."), plain.Sentence("Enter the date as well as the time."), plain.Sentence("With a time, the day and the month are needed too."),
		plain.Sentence("Write what it is instead."), plain.Sentence("Choose one from the list."), plain.Sentence("Enter the whole date and the time."),
		plain.Sentence("Choose a file, or take out what is written about it."), plain.Sentence("Enter the year. If the day or the month is not known, leave it empty."),
		plain.Sentence("The year must have 4 digits, for example 2026."), plain.Sentence("Enter the month too. If only the year is known, leave the day empty."),
		plain.Sentence("The month must be a number from 1 to 12, or the month’s name."), plain.Sentence("The day must be a number from 1 to 31."),
		plain.Sentence("The clocks went forward that night: there was no {time}. Enter the time that the clock showed."),
		plain.Sentence("The clocks went back that night, so {time} came twice. Say which of the two it was."),
	}
}

// Fault words what is wrong with an answer in a language.
func Fault(in *plain.Words, english string) string { return in.Again(english, faultSentences()) }
