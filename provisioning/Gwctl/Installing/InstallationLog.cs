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
            Write();
        }
    }

    /// <summary>One line.</summary>
    /// <param name="text">What happened.</param>
    public void Say(string text)
    {
        var line = $"{clock.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture)}  {text.ReplaceLineEndings(" ")}";
        lock (guard)
        {
            waiting.Add(line);
            Write();
        }
    }

    // Whoever reads it at the moment, or a full disk, must not end an installation, and least of all its undo: what cannot be written waits.
    private void Write()
    {
        if (File is null)
            return;
        try
        {
            System.IO.File.AppendAllLines(File, waiting);
            waiting.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // With the next line.
        }
    }

    /// <summary>Its folder goes.</summary>
    public void Leave()
    {
        lock (guard)
            File = null;
    }
}
