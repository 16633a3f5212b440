package simulator

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// pageOf cuts the page that the query asks for out of the whole list. A cursor is
// the id of the item that the page comes after (or, as prev_cursor, before).
func pageOf[T any](all []T, id func(T) string, query url.Values) (page []T, next, prev *string, err error) {
	size := 10
	if asked := query.Get("page_size"); asked != "" {
		if size, err = strconv.Atoi(asked); err != nil || size < 1 || size > 100 {
			return nil, nil, nil, errors.New("page_size must be a number from 1 to 100")
		}
	}
	from := 0
	if cursor := query.Get("cursor"); cursor != "" {
		at, err := cursorAt(all, id, cursor)
		if err != nil {
			return nil, nil, nil, err
		}
		from = at + 1
	} else if cursor := query.Get("prev_cursor"); cursor != "" {
		at, err := cursorAt(all, id, cursor)
		if err != nil {
			return nil, nil, nil, err
		}
		from, size = max(at-size, 0), min(size, at)
	}
	to := min(from+size, len(all))
	page = all[from:to]
	if to < len(all) && len(page) > 0 {
		last := id(page[len(page)-1])
		next = &last
	}
	if from > 0 && len(page) > 0 {
		first := id(page[0])
		prev = &first
	}
	return page, next, prev, nil
}

func cursorAt[T any](all []T, id func(T) string, cursor string) (int, error) {
	if _, err := uuid.Parse(cursor); err != nil {
		return 0, errors.New("a cursor must be a UUID")
	}
	at := slices.IndexFunc(all, func(item T) bool { return id(item) == cursor })
	if at < 0 {
		return 0, errors.New("unknown cursor")
	}
	return at, nil
}

// paged is the answer with one page, each item written by wire.
func paged[T, W any](c *call, all []T, id func(T) string, wire func(T) W) reply {
	page, next, prev, err := pageOf(all, id, c.request.URL.Query())
	if err != nil {
		return refuse(http.StatusBadRequest, err.Error())
	}
	answer := wirePage[W]{Items: []W{}, Cursor: next, PrevCursor: prev}
	for _, item := range page {
		answer.Items = append(answer.Items, wire(item))
	}
	return ok(http.StatusOK, answer)
}

// shuffled puts a list that was newest first in an order that is neither, the
// same each time, so that paging through it still sees every item once. The
// newest comes near the end: who reads one page only must not find it.
func shuffled[T any](all []T) []T {
	all = slices.Clone(all)
	slices.Reverse(all)
	for n := 1; n < len(all); n += 2 {
		all[n-1], all[n] = all[n], all[n-1]
	}
	return all
}
