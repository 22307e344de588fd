namespace Gateway.DicomMail.Transport.Smtp;

/// <summary>
/// In which order servers are asked. The one that took the last mail is the first to be asked again, then those behind it, around the ring. One that failed rests, longer each time.
/// When all rest, the one that has rested the most is asked: a mail never goes unasked for.
/// </summary>
internal sealed class ServerRing(SmtpRelaySettings settings, TimeProvider time)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    private readonly Lock access = new();
    private readonly Seat[] seats = [.. settings.Servers.Select(server => new Seat(server))];
    private int first = settings.First;

    public IReadOnlyList<ServerState> States
    {
        get
        {
            lock (access)
                return [.. seats.Select(seat => new ServerState(seat.Server.Host, IsOld(seat) ? null : seat.Problem, Rests(seat) ? seat.Until : null))];
        }
    }

    /// <summary>The servers to ask, and those that rest.</summary>
    public (IReadOnlyList<MailServer> Asked, IReadOnlyList<ServerState> Resting) Order()
    {
        lock (access)
        {
            var around = Enumerable.Range(0, seats.Length).Select(step => seats[(first + step) % seats.Length]).ToList();
            var asked = around.Where(seat => !Rests(seat)).ToList();
            if (asked.Count == 0)
                asked = [around.MinBy(seat => seat.Until)!];
            return ([.. asked.Select(seat => seat.Server)], [.. around.Except(asked).Select(seat => new ServerState(seat.Server.Host, seat.Problem, seat.Until))]);
        }
    }

    public void Works(MailServer server)
    {
        lock (access)
        {
            first = Array.FindIndex(seats, seat => seat.Server == server);
            (seats[first].Failures, seats[first].Problem) = (0, null);
        }
    }

    public void Fails(MailServer server, string problem)
    {
        lock (access)
        {
            var seat = seats.First(seat => seat.Server == server);
            seat.Problem = problem;
            var pause = Math.Min(settings.FirstPause.Ticks * Math.Pow(2, seat.Failures++), settings.LongestPause.Ticks);
            seat.Until = time.GetUtcNow() + TimeSpan.FromTicks((long)pause);
        }
    }

    // Nobody asked it since: what it did then says nothing about now.
    private bool IsOld(Seat seat) => !Rests(seat) && time.GetUtcNow() - seat.Until > Remembered;

    // A clock that is set back must not let a server rest for longer than any server rests.
    private bool Rests(Seat seat) => seat.Failures > 0 && seat.Until - time.GetUtcNow() is var left && left > TimeSpan.Zero && left <= settings.LongestPause;

    private sealed class Seat(MailServer server)
    {
        public MailServer Server => server;

        public int Failures { get; set; }

        public string? Problem { get; set; }

        public DateTimeOffset Until { get; set; }
    }
}
