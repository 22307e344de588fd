using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Gateway.Provisioning.Manifest;
using Gwctl.Asking;

namespace Gwctl.Logs;

/// <summary>The gateway's log: a file a day, <c>gateway-YYYYMMDD.json</c>, which the gateway goes on writing while it is read.</summary>
/// <param name="path">The folder.</param>
internal sealed class LogFolder(string path)
{
    /// <summary>The folder of a machine.</summary>
    /// <param name="appliance">Its manifest.</param>
    /// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
    public static LogFolder Of(Appliance appliance, string? root) => new(Built.Of(root, appliance.Gateway.LogFolder));

    private const string Files = "gateway-*.json";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>The lines since a time, the oldest first; none where there is no folder yet.</summary>
    /// <param name="since">The time.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<LogLine> Since(DateTimeOffset since) => FilesSince(since).SelectMany(file => new Reading(file).Next()).Where(line => line.At >= since);

    /// <summary>The lines since a time, and then each that is written, until cancelled.</summary>
    /// <param name="since">The time.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public async IAsyncEnumerable<LogLine> FollowAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        var readings = new Dictionary<string, Reading>();
        while (true)
        {
            foreach (var file in FilesSince(since))
            {
                if (!readings.TryGetValue(file, out var reading))
                    readings[file] = reading = new Reading(file);
                foreach (var line in reading.Next().Where(line => line.At >= since))
                    yield return line;
            }

            await Task.Delay(BetweenLooks, cancel);
        }
    }

    // By the day in its name, on the machine's clock: Windows tells the time of the last writing only once a file is closed.
    private IEnumerable<string> FilesSince(DateTimeOffset since) => !Directory.Exists(path) ? [] :
        Directory.EnumerateFiles(path, Files).Where(file => string.CompareOrdinal(Path.GetFileName(file), string.Create(CultureInfo.InvariantCulture, $"gateway-{since.LocalDateTime.AddDays(-1):yyyyMMdd}")) >= 0).Order(StringComparer.Ordinal);

    /// <summary>How far a file was read: to the end of its last whole line.</summary>
    private sealed class Reading(string file)
    {
        private const byte LineEnd = (byte)'\n';
        private long position;

        public IEnumerable<LogLine> Next()
        {
            byte[] bytes;
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                stream.Seek(position, SeekOrigin.Begin);
                bytes = new byte[stream.Length - position];
                stream.ReadExactly(bytes);
            }

            var whole = bytes.AsSpan().LastIndexOf(LineEnd) + 1;
            position += whole;
            return Encoding.UTF8.GetString(bytes, 0, whole).Split('\n').Select(LogLine.Read).OfType<LogLine>();
        }
    }
}
