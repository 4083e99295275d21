package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"rosemary/standard"
)

// The cost of a password hash: argon2id over 46 MiB, one pass, one lane.
const (
	hashMemory  = 46 * 1024 // KiB
	hashPasses  = 1
	hashLanes   = 1
	hashBytes   = 32
	saltBytes   = 16
	hashWaiting = 5 * time.Second
)

// The length of a password, in characters and in bytes.
const (
	minPassword = 10
	maxPassword = 1000
)

// hasher hashes passwords, a few at a time, so that many sign-ins at once cannot take all memory.
type hasher struct {
	slots chan struct{}
	decoy string // hash of nothing anybody knows: unknown accounts cost the same work
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, min(4, runtime.GOMAXPROCS(0)))}
	h.decoy = encodeHash(randomBytes(saltBytes), randomBytes(hashBytes))
	return h
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

// enter waits for a free place; leave gives it back.
func (h *hasher) enter(ctx context.Context) (leave func(), err error) {
	timer := time.NewTimer(hashWaiting)
	defer timer.Stop()
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
	case <-timer.C:
	}
	return nil, &standard.Fault{Kind: standard.Busy, Message: "Too many people are signing in at once.", Hint: "Try again in a moment."}
}

func encodeHash(salt, sum []byte) string {
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes,
		enc.EncodeToString(salt), enc.EncodeToString(sum))
}

// hashPassword gives the form that is kept. The caller has entered.
func hashPassword(password string) string {
	salt := randomBytes(saltBytes)
	return encodeHash(salt, argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashBytes))
}

// checkPassword compares in constant time. The caller has entered.
func checkPassword(encoded, password string) (bool, error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return false, fmt.Errorf("the kept password hash has an unknown form")
	}
	var memory, passes uint32
	var lanes uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil || memory > 1<<20 || passes > 10 || passes == 0 || lanes == 0 {
		return false, fmt.Errorf("the kept password hash has unknown costs %q", parts[3])
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("the kept password hash has no salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) != hashBytes {
		return false, fmt.Errorf("the kept password hash has no sum")
	}
	got := argon2.IDKey([]byte(password), salt, passes, memory, lanes, hashBytes)
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// passwordProblems says what is wrong with a new password.
func passwordProblems(account, password string) []standard.Problem {
	problem := func(message string) []standard.Problem {
		return []standard.Problem{{Path: "/password", Rule: "password", Message: message}}
	}
	switch {
	case !utf8.ValidString(password):
		return problem("The password holds characters that cannot be read. Choose another one.")
	case utf8.RuneCountInString(password) < minPassword:
		return problem(fmt.Sprintf("The password is too short. Use at least %d characters, for example three words.", minPassword))
	case len(password) > maxPassword:
		return problem(fmt.Sprintf("The password is too long. Use at most %d characters.", maxPassword))
	case strings.Trim(password, password[:1]) == "":
		return problem("The password is one character over and over. Choose another one, for example three words.")
	case strings.EqualFold(password, account):
		return problem("The password is the same as the account. Choose another one, for example three words.")
	}
	return nil
}
