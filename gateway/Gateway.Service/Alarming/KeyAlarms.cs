using Gateway.DicomMail.Partners;
using Gateway.Service.Ledgers;
using Gateway.Service.Partnering;
using Gateway.Service.Watching;

namespace Gateway.Service.Alarming;

/// <summary>Says beforehand, once a day, that this gateway will have no key to sign with, or a partner none that can be written to: another takes days until people have exchanged it.</summary>
internal sealed class KeyAlarms(Correspondence correspondence, AlarmBoard board, TimeProvider time) : ILedgerWatcher
{
    private const string Ours = "own key";

    private static readonly TimeSpan Ahead = TimeSpan.FromDays(30);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);
    private static readonly TimeSpan Between = TimeSpan.FromDays(1);

    private Correspondents? looked;
    private DateTimeOffset lookedAt;

    public void Take(LedgerLine line, string? target)
    {
        // keys are no lines of the ledger
    }

    public void Look()
    {
        var (now, current) = (time.GetUtcNow(), correspondence.Now);
        if (ReferenceEquals(current, looked) && (now - lookedAt).Duration() < Between)
            return;
        (looked, lookedAt) = (current, now);
        var partners = current.Directory.Partners.Where(partner => current.AcceptedOf(partner).Any()).ToList();
        if (current.Ring.Own.Count > 0)
            Judge(Ours, KeyForecast.OfOurs(current, now), now, "No key of this gateway can sign", "gwctl keys rotate makes the next one, which partners have to accept before they need it.");
        foreach (var partner in partners)
            Judge(partner.Id, KeyForecast.Of(partner, current, now), now, $"{partner.Id} has no key that can be written to", "Ask for its new one: gwctl keys import, gwctl keys accept.");
        foreach (var gone in board.Standing(AlarmKind.KeyEnds).Concat(board.Standing(AlarmKind.KeyEndsSoon)).Except([Ours, .. partners.Select(partner => partner.Id)]).ToList())
            Clear(gone);
    }

    private void Judge(string subject, DateTimeOffset? end, DateTimeOffset now, string then, string mend)
    {
        if (end is not { } at || at - now > Ahead)
        {
            Clear(subject);
            return;
        }

        var isSoon = at - now <= Soon;
        board.Replace(isSoon ? AlarmKind.KeyEnds : AlarmKind.KeyEndsSoon, subject);
        board.Raise(isSoon ? AlarmKind.KeyEndsSoon : AlarmKind.KeyEnds, subject, at <= now ? $"{then}. {mend}" : $"{then} from {at:yyyy-MM-dd} on, in {(int)(at - now).TotalDays} days. {mend}");
    }

    private void Clear(string subject)
    {
        board.Clear(AlarmKind.KeyEnds, subject, "There is a key for longer.");
        board.Clear(AlarmKind.KeyEndsSoon, subject, "There is a key for longer.");
    }
}
