package installation

import (
	"context"
	"fmt"
	"slices"

	"rosemary/record"
	"rosemary/standard"
)

// SetBack refuses a data folder that holds less than a checkpoint that was signed and copied outside of it: an older copy was put in its place. To go on with it would leave out
// what was acknowledged since, in silence, and give other contributions the moments that those had. A restored backup is no such folder: it says what was lost.
func (in *Installation) SetBack(ctx context.Context) error {
	head, _, err := in.Log.Head(ctx)
	if err != nil {
		return err
	}
	ahead, err := in.signedBeyond(head)
	if err != nil || len(ahead) == 0 {
		return err
	}
	restorations, err := in.restorations(ctx)
	if err != nil {
		return err
	}
	for _, signed := range slices.Backward(ahead) {
		cp, err := record.OpenCheckpoint(signed, in.Identity.System, in.Identity.Keys...)
		if err != nil || cp.Size <= head || record.LostCheckpoint(cp, restorations) {
			continue // what nobody here signed says nothing: verify names it
		}
		return &standard.Fault{
			Kind: standard.Unavailable,
			Message: fmt.Sprintf("This data folder is an old copy: %d entries were saved up to %s, and it holds %d. It was not started, so that the others do not go missing unnoticed.",
				cp.Size, cp.At.In(in.Zone).Format("2 January 2006, 15:04"), head),
			Hint: "Put the newest data folder back, or restore the newest backup. If nothing newer is left, make a backup of this folder and restore that: what was lost is then said, and devices send it again.",
		}
	}
	return nil
}

// signedBeyond gives the checkpoints outside that claim more than so many contributions, from the newest file that holds any.
func (in *Installation) signedBeyond(head record.Moment) (ahead []string, err error) {
	names, err := in.checkpointFiles()
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Backward(names) {
		all, err := copiesIn(name)
		if err != nil {
			return nil, fmt.Errorf("reading the copied checkpoints: %w", err)
		}
		for _, c := range all {
			if c.Size > head {
				ahead = append(ahead, c.Signed)
			}
		}
		if len(all) > 0 {
			break
		}
	}
	return ahead, nil
}
