package bench

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// percentile is the smallest of the values that so many in a hundred don't exceed; zero
// of none.
func percentile[T cmp.Ordered](values []T, p int) (found T) {
	if len(values) == 0 {
		return found
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*p+99)/100-1]
}

func TestAPercentileIsOneOfTheValues(t *testing.T) {
	values := make([]int, 200)
	for i := range values {
		values[i] = 200 - i
	}
	for p, want := range map[int]int{50: 100, 99: 198, 100: 200} {
		if got := percentile(values, p); got != want {
			t.Errorf("%d%% of 1…200 don't exceed %d, not %d", p, want, got)
		}
	}
	if got := percentile([]int{7}, 50); got != 7 {
		t.Errorf("half of one value don't exceed %d", got)
	}
}

// spread is the usual and the late: p50 / p99.
func spread(values []time.Duration) string {
	if len(values) == 0 {
		return ""
	}
	return short(percentile(values, 50)) + " / " + short(percentile(values, 99))
}

func short(d time.Duration) string {
	if d >= 100*time.Millisecond {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.2g ms", float64(d)/float64(time.Millisecond))
}

func ratios(values []float64) string {
	return fmt.Sprintf("%.2f / %.2f", percentile(values, 50), percentile(values, 99))
}

func perWaiter(bytes float64) string {
	if bytes < 10_000 {
		return fmt.Sprintf("%.0f B", math.Round(bytes/10)*10)
	}
	return fmt.Sprintf("%.1f kB", bytes/1000)
}

// machine names what all this was measured on.
func machine() string {
	info, _ := os.ReadFile("/proc/cpuinfo")
	memory, _ := os.ReadFile("/proc/meminfo")
	field := func(text []byte, name string) string {
		for line := range strings.Lines(string(text)) {
			if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
				return strings.TrimSpace(value)
			}
		}
		return "?"
	}
	var kB int64
	_, _ = fmt.Sscan(field(memory, "MemTotal"), &kB)
	node, _ := exec.Command("node", "--version").Output()
	return fmt.Sprintf("%s, %d cores, %d GB; %s, Node %s; %s", field(info, "model name"), runtime.NumCPU(), (kB+1<<19)>>20,
		strings.Replace(runtime.Version(), "go", "Go ", 1), strings.TrimPrefix(strings.TrimSpace(string(node)), "v"), time.Now().UTC().Format(time.DateOnly))
}

// row is one line of a table.
func row(out io.Writer, cells ...string) {
	_, _ = fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

func rule(out io.Writer, n int) { row(out, strings.Split(strings.Repeat("---,", n-1)+"---", ",")...) }

func (b *bench) printWaiting(out io.Writer, all []waiting) {
	most := b.size.waiting[len(b.size.waiting)-1]
	head := []string{fmt.Sprintf("%d wait", most)}
	for _, n := range b.size.waiting {
		head = append(head, fmt.Sprintf("memory each, of %d", n))
	}
	head = append(head, "goroutines each", "one is told after", "of that after Iron's answer", "all are told after", "CPU for each", "missed")
	row(out, head...)
	rule(out, len(head))
	for _, w := range all {
		cells := []string{w.name}
		for _, m := range w.memory {
			cells = append(cells, perWaiter(m))
		}
		threads, last, cpu := fmt.Sprintf("%.0f", w.threads), "", ""
		if strings.HasPrefix(w.name, "Node") {
			threads = ""
		}
		if len(w.all) > 0 {
			last = short(percentile(w.all, 50))
			cpu = fmt.Sprintf("%.1f µs", float64(percentile(w.cpu, 50))/1000)
		}
		row(out, append(cells, threads, spread(w.one), spread(w.told), last, cpu, fmt.Sprint(w.missed+w.lost))...)
	}
}

func (b *bench) printStorms(out io.Writer, all []storm) {
	row(out, fmt.Sprintf("%d tabs of one customer at once", b.size.tabs), "calls to Iron per page", "page, where nothing is new", "CPU of a page")
	rule(out, 4)
	for _, s := range all {
		calls, cpu := fmt.Sprintf("%.3f", s.calls), ""
		if len(s.cpu) > 0 {
			cpu = fmt.Sprintf("%d µs", percentile(s.cpu, 50).Microseconds())
		}
		row(out, s.name, calls, spread(s.known), cpu)
	}
}

func printColds(out io.Writer, all []cold) {
	row(out, "a page takes, in its slowest calls to Iron", "first, each call 100 ms", "later", "first, each 50–200 ms", "later")
	rule(out, 5)
	for _, c := range all {
		row(out, c.name, ratios(c.first), ratios(c.later), ratios(c.unevenFirst), ratios(c.unevenLater))
	}
}

func printWrites(out io.Writer, w writes) {
	tables := slices.Sorted(maps.Keys(w.rows))
	row(out, append([]string{"rows written for each session and minute"}, tables...)...)
	rule(out, len(tables)+1)
	cells := []string{fmt.Sprintf("**the portal**, %.0f pages loaded", w.pages)}
	for _, table := range tables {
		cells = append(cells, fmt.Sprintf("%.2f", w.rows[table]))
	}
	row(out, cells...)
}
