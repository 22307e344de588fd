using System.Globalization;

namespace Gwctl.Installing;

/// <summary>What a person reads about installations of this machine, in English, one line an event, beside Windows Installer's own log: <c>D:\VISUS\state\reports\installation.log</c>.</summary>
/// <param name="clock">Says when.</param>
internal sealed class InstallationLog(TimeProvider clock)
{
    private readonly List<string> waiting = [];
    private readonly Lock guard = new();

    /// <summary>Its file, or null as long as there is no folder for it.</summary>
    public string? File { get; private set; }

    /// <summary>Goes on in a file.</summary>
    /// <param name="folder">Its folder, which is there.</param>
    public void ContinueIn(string folder)
    {
        lock (guard)
        {
            File = Path.Combine(folder, "installation.log");
            System.IO.File.AppendAllLines(File, waiting);
            waiting.Clear();
        }
    }

    /// <summary>One line.</summary>
    /// <param name="text">What happened.</param>
    public void Say(string text)
    {
        var line = $"{clock.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture)}  {text.ReplaceLineEndings(" ")}";
        lock (guard)
        {
            if (File is null)
                waiting.Add(line);
            else
                System.IO.File.AppendAllLines(File, [line]);
        }
    }

    /// <summary>Its folder goes.</summary>
    public void Leave()
    {
        lock (guard)
            File = null;
    }
}
