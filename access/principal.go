package access

import (
	"time"

	"github.com/google/uuid"
)

// Role is the part somebody plays, by its id in policy.yaml.
type Role string

// Action is what a policy allows or not.
type Action string

// The actions of the policy table; s.May(access.ToRegister) reads as it is said.
const (
	ToRead           Action = "read"            // see a person and their records
	ToRecord         Action = "record"          // write, correct and complete records of a person
	ToAttest         Action = "attest"          // sign a record
	ToRegister       Action = "register"        // open the record of a person who is new here, or say where one lives
	ToExport         Action = "export"          // take a person's whole record out
	ToLink           Action = "link"            // say that two records are about one person, and take it back
	ToRatify         Action = "ratify"          // accept what another system has sent, or refuse it
	ToDestroy        Action = "destroy"         // ask that content be destroyed, approve what another has asked, and hold a record
	ToReadAccessLog  Action = "read-access-log" // see who looked at a person's record
	ToSeeRestricted  Action = "see-restricted"  // see where somebody with a restricted address lives
	ToReadDirectory  Action = "read-directory"  // see places, organisations and care workers
	ToEditDirectory  Action = "edit-directory"  // change them
	ToManageAccounts Action = "manage-accounts" // say who may sign in
	ToOversee        Action = "oversee"         // open the pages about a whole home
	ToManagePeers    Action = "manage-peers"    // say which other systems this one exchanges records with
	ToBreakGlass     Action = "break-glass"     // open a record in an emergency that one could not open otherwise
	ToManageDevices  Action = "manage-devices"  // see which devices keep work without a network, and revoke them
	ToManageClients  Action = "manage-clients"  // register programs and apps of others, and revoke them
	ToManageForms    Action = "manage-forms"    // see which of the provider's own forms and classes are in use, and check new ones
)

// Purpose is why somebody uses the record, kept with every entry of the trail.
type Purpose string

// The purposes.
const (
	DirectCare     Purpose = "direct-care"
	Management     Purpose = "management"
	Inspection     Purpose = "inspection"
	Administration Purpose = "administration"
	OwnRequest     Purpose = "own-request" // the person asked for their own record
	Visit          Purpose = "visit"       // somebody from elsewhere gives care, or was let in by the person
)

// Known reports whether it is one of the purposes.
func (p Purpose) Known() bool {
	switch p {
	case DirectCare, Management, Inspection, Administration, OwnRequest, Visit:
		return true
	}
	return false
}

// Principal is somebody who has proved who they are, and the role they act in.
type Principal struct {
	Account  string
	Name     string    // what to call them
	Worker   uuid.UUID // their own entry in the directory; zero for accounts that give no care
	Role     Role
	RoleName string
	Places   []uuid.UUID // homes and branches they belong to
	LetIn    []uuid.UUID // people whom somebody let them in to, by a pass or because they broke the glass
	Until    time.Time   // when their pass ends; zero: they have an account of their own
	Returns  bool        // they have a password to come back with
	Language string      // that they chose to read pages in, a BCP 47 tag; "": none
}

// Guest says whether somebody was let in by a pass.
func (p Principal) Guest() bool { return !p.Until.IsZero() }
