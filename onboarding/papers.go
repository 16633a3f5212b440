package onboarding

import (
	"context"
	"sync"
)

// Why the bytes of a document are not in a record, where it was not the document's host
// that stood in the way. They are for good, as records are read for years.
const (
	// NotFetched: nobody has asked for them.
	NotFetched = "not-fetched"
	// NotInTime: the page was shown before the document's host had answered.
	NotInTime = "not-fetched-in-time"
	// NeverTheSame: its host gives other bytes each time, so that no bytes are the
	// document. The hash is of the last.
	NeverTheSame = "changes-every-time"
)

// Papers reads what is behind the addresses of documents. Whatever goes wrong on the
// way there is in the answer's Problem.
type Papers interface {
	// Shown is what a document is made of while it is shown. It is quick rather than
	// complete, and may be a minute old.
	Shown(ctx context.Context, d Document) DocumentBytes
	// Signed is what a document is made of now. What it names is kept. shown is what
	// the customer was shown. The error is about keeping: then nothing may be signed.
	Signed(ctx context.Context, d Document, shown DocumentBytes) (DocumentBytes, error)
}

// Look is what documents are made of that are about to be shown, in the same order. It
// looks at all of them at once.
func (j *Journey) Look(ctx context.Context, documents []Document) []DocumentBytes {
	found := make([]DocumentBytes, len(documents))
	var all sync.WaitGroup
	for i, d := range documents {
		found[i].Problem = NotFetched
		if j.Papers != nil {
			all.Go(func() { found[i] = j.Papers.Shown(ctx, d) })
		}
	}
	all.Wait()
	return found
}

// read is what a document is made of that is about to be signed.
func (j *Journey) read(ctx context.Context, d Document, shown DocumentBytes) (DocumentBytes, error) {
	if j.Papers == nil {
		return DocumentBytes{Problem: NotFetched}, nil
	}
	// Whoever pressed the button may be gone by now, and has pressed it all the same.
	return j.Papers.Signed(context.WithoutCancel(ctx), d, shown)
}

// differs tells that a document is not what was shown, as far as both are known.
func (b DocumentBytes) differs(shown DocumentBytes) bool {
	return b.Problem == "" && shown.SHA256 != "" && b.SHA256 != shown.SHA256
}
