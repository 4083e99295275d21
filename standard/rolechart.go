package standard

// The roles of classes and elements of scores, charts and what is seen on the body.
const (
	ClassRoleScoreResult   = "score-result"
	ClassRoleScoreAnswer   = "score-answer"   // a block of it
	ClassRoleScoreSetting  = "score-setting"  // what was decided about how a person's scores are read
	ClassRoleTarget        = "target"         // a block: an amount to aim at
	ClassRoleBodyMark      = "body-mark"      // what is seen on somebody's body, each look a record
	ClassRoleNotAsUsual    = "not-as-usual"   // somebody is not as they usually are
	ClassRoleIncidentCheck = "incident-check" // a look at somebody after an incident

	RoleScoreID         = "score-id"
	RoleScoreDefinition = "score-definition"
	RoleScoreTotal      = "score-total"
	RoleScoreBand       = "score-band"
	RoleScoreAtLeast    = "score-at-least" // the band that is reached already, where something is missing
	RoleScoreColour     = "score-colour"
	RoleScoreUrgent     = "score-urgent" // somebody must be told at once
	RoleScoreAdvice     = "score-advice" // what was to be done
	RoleScoreAgain      = "score-again"  // how soon again, in words
	RoleScoreFrom       = "score-from"   // what it was worked out from
	RoleScoreItem       = "score-item"
	RoleScoreQuestion   = "score-question"
	RoleScoreFound      = "score-found"
	RoleScorePoints     = "score-points"
	RoleTargetOf        = "target-of" // what an amount is of
	RoleTargetLeast     = "target-least"
	RoleTargetMost      = "target-most"
	RoleTargetPer       = "target-per"
	RoleMarkKind        = "mark-kind"
	RoleLength          = "length"
	RoleWidth           = "width"
	RoleDepth           = "depth"
	RoleCategory        = "category"
	RolePictures        = "pictures"     // files that show it
	RoleEarlierLook     = "earlier-look" // the mark that was looked at before
	RoleIncidentOf      = "incident-of"  // the incident that a look follows
	RoleHeadInjury      = "head-injury"
	RoleDangerSigns     = "danger-signs"

	MeansFall = "fall" // somebody fell, or was found on the floor
)

func chartClassRoles() []string {
	return []string{ClassRoleScoreResult, ClassRoleScoreAnswer, ClassRoleScoreSetting, ClassRoleTarget, ClassRoleBodyMark, ClassRoleNotAsUsual, ClassRoleIncidentCheck}
}

func chartElementRoles() []string {
	return []string{
		RoleScoreID, RoleScoreDefinition, RoleScoreTotal, RoleScoreBand, RoleScoreAtLeast, RoleScoreColour, RoleScoreUrgent, RoleScoreAdvice, RoleScoreAgain, RoleScoreFrom, RoleScoreItem, RoleScoreQuestion, RoleScoreFound, RoleScorePoints,
		RoleTargetOf, RoleTargetLeast, RoleTargetMost, RoleTargetPer,
		RoleMarkKind, RoleLength, RoleWidth, RoleDepth, RoleCategory, RolePictures, RoleEarlierLook, RoleIncidentOf, RoleHeadInjury, RoleDangerSigns,
	}
}
