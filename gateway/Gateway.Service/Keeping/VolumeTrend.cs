using System.Globalization;
using System.Text;
using Gateway.Service.Configuration;

namespace Gateway.Service.Keeping;

/// <summary>
/// How fast the volumes of images and data fill: their free space is noted every hour, kept for 14 days, and a straight line laid through it (least squares), so that a volume is told
/// before it is full. It takes a day of notes to say anything.
/// </summary>
internal sealed partial class VolumeTrend : BackgroundService
{
    /// <summary>The name of the file that keeps the notes, beside the index.</summary>
    public const string FileName = "volumes.csv";

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(14);
    private static readonly TimeSpan Enough = TimeSpan.FromDays(1);

    private readonly IReadOnlyList<(string Name, string Folder)> volumes;
    private readonly Func<string, (long Free, long Total)> measure;
    private readonly string file;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Lock turn = new();
    private readonly List<Note> notes = [];

    public VolumeTrend(ServiceSettings settings, TimeProvider time, ILogger<VolumeTrend> log)
        : this([("images", settings.SpoolFolder), ("data", Path.GetDirectoryName(settings.Index.File)!)], Measure, Path.Combine(Path.GetDirectoryName(settings.Index.File)!, FileName), time, log)
    {
    }

    internal VolumeTrend(IReadOnlyList<(string Name, string Folder)> volumes, Func<string, (long Free, long Total)> measure, string file, TimeProvider time, ILogger log)
    {
        (this.volumes, this.measure, this.file, this.time, this.log) = (volumes, measure, file, time, log);
        notes.AddRange(Read(file));
    }

    /// <summary>The volumes as they are, and when each is full if it goes on like this.</summary>
    public IReadOnlyList<VolumeState> Now()
    {
        lock (turn)
            return [.. volumes.Select(StateOf)];
    }

    /// <summary>Notes how much is free now.</summary>
    /// <exception cref="IOException">A volume or the file cannot be used.</exception>
    public void Note()
    {
        var now = time.GetUtcNow();
        lock (turn)
        {
            notes.RemoveAll(note => now - note.At > Kept || note.At > now); // a clock that was set back makes notes of the future
            foreach (var (name, folder) in volumes)
                notes.Add(new Note(now, name, measure(folder).Free));
            File.WriteAllText(file + ".new", string.Concat(notes.Select(note => note.ToString() + '\n')), Encoding.ASCII);
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                Note();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                LogFailed(failure.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private VolumeState StateOf((string Name, string Folder) volume)
    {
        try
        {
            var (free, total) = measure(volume.Folder);
            return new VolumeState(volume.Name, free, total, DaysUntilFull([.. notes.Where(note => note.Volume == volume.Name)], free));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new VolumeState(volume.Name, 0, 0, 0); // it is gone
        }
    }

    private static double? DaysUntilFull(IReadOnlyList<Note> notes, long free)
    {
        if (notes.Count < 2 || notes[^1].At - notes[0].At < Enough)
            return null;
        var days = notes.Select(note => (note.At - notes[0].At).TotalDays).ToList();
        var (meanDay, meanFree) = (days.Average(), notes.Average(note => (double)note.Free));
        var slope = days.Zip(notes, (day, note) => (day - meanDay) * (note.Free - meanFree)).Sum() / days.Sum(day => (day - meanDay) * (day - meanDay));
        return slope < 0 ? free / -slope : null; // bytes a day
    }

    private static (long Free, long Total) Measure(string folder)
    {
        var drive = new DriveInfo(folder);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    }

    private static IEnumerable<Note> Read(string file)
    {
        try
        {
            return [.. File.ReadLines(file).Select(Keeping.Note.TryRead).OfType<Note>()];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // the notes begin anew
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The free space of the volumes could not be noted: {Reason}")]
    private partial void LogFailed(string reason);
}

/// <summary>How much was free when.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Volume">What lies on the volume.</param>
/// <param name="Free">Its free bytes.</param>
internal sealed record Note(DateTimeOffset At, string Volume, long Free)
{
    /// <summary>Reads a line of the file; null where it is none.</summary>
    public static Note? TryRead(string line) =>
        line.Split(',') is [var at, var volume, var free]
        && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when) && long.TryParse(free, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new Note(when, volume, bytes)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At:yyyy-MM-dd'T'HH:mm:ss'Z'},{Volume},{Free}");
}

/// <summary>A volume.</summary>
/// <param name="Name">What lies on it: <c>images</c> or <c>data</c>.</param>
/// <param name="FreeBytes">Its free bytes.</param>
/// <param name="TotalBytes">Its size in bytes; 0 where it is gone.</param>
/// <param name="DaysUntilFull">In how many days it is full if it goes on like this; null where it does not fill, or too little is known.</param>
internal sealed record VolumeState(string Name, long FreeBytes, long TotalBytes, double? DaysUntilFull);
