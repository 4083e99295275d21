package oversight

import (
	"slices"

	"rosemary/standard"
)

// byHarm lists the kinds of findings, what may harm somebody soonest first: what cannot wait stands in this order. Paperwork that is late stands behind.
var byHarm = []Kind{
	GivenTwice, EatenUnsafe, NotRecorded, AtRisk, Unreadable, Away, Alerts, Safeguarding, AllergyOrdered, NotGiven, Overridden, WitnessUnproved, LibertyEnding, DecisionsWaiting, MoneyWrong, IncidentsOpen, Incidents, LibertyCondition,
	DecisionsToDo, HandoverUnread, Complaints, ReviewsOverdue, ConsentMissing, ReviewsSoon,
}

// harm is the place of a kind in that list; one that is not in it comes first, so that nothing new is overlooked.
func (k Kind) harm() int { return slices.Index(byHarm, k) }

// keptSafeBy are the roles of classes that people are kept safe by every day: a review of one that is four weeks late cannot wait. Of everything else (a vaccination, a wish) it is late, and listed as such.
var keptSafeBy = []string{
	standard.ClassRoleEatingAndDrinking, standard.ClassRoleMovingAndHandling, standard.ClassRoleMedicineOrder, standard.ClassRoleCPRDecision, standard.ClassRoleCapacity, standard.ClassRoleRisk, standard.ClassRoleCarePlan,
}

func keepsSafe(class *standard.Class) bool { return slices.ContainsFunc(keptSafeBy, class.HasRole) }
