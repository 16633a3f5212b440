package live

// Running tells whether Run has begun.
func (w *Watch) Running() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.running != nil
}

// Following is how many customers are read again because of a hint.
func (w *Watch) Following() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.hints)
}

// FollowAtOnce is how many readings hints have under way at most.
const FollowAtOnce = followAtOnce

// MostFollowed is how many customers are followed at most.
const MostFollowed = mostFollowed
