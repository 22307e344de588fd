using System.Diagnostics;
using Gateway.Installer.Interface;
using Xunit;

namespace Gateway.Wine.Tests;

/// <summary>A screen of its own (Xvfb) for a scenario's windows, with somebody at mouse and keyboard, as long as it is held. What is seen is kept as an artefact.</summary>
internal sealed class Screen : IAsyncDisposable
{
    private const int OfOnePage = 1000; // pixels: less is a focus, a caret, a word of the progress
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(10);
    private const double PixelsOfUnit = 4 / 3.0; // of an installer unit, in Wine's font
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Process server;
    private string empty = "";
    private string last = "";

    private Screen(Process server, string display) => (this.server, Display) = (server, display);

    /// <summary>Its name for programs (<c>:5</c>).</summary>
    public string Display { get; }

    /// <summary>Why there is none here, or null. Whether a window hears a mouse in time depends on what else the machine does: a person asks for these tests and looks at what they saw.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("GATEWAY_SCREENS") != "yes" ? "GATEWAY_SCREENS=yes asks for the installer's windows, on a machine that does nothing else"
        : !Tools.Exists("Xvfb") || !Tools.Exists("xdotool") || !Tools.Exists("import") ? "no screen can be had (apt-get install xvfb xdotool imagemagick)"
        : null;

    /// <summary>Where pictures are kept: with the results of a run, or among the artefacts of the repository.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(
        Environment.GetEnvironmentVariable("GATEWAY_TEST_RESULTS") is { Length: > 0 } results ? results : Path.Combine(Tools.Root, "artifacts"), "screens")).FullName;

    public static async Task<Screen> StartAsync()
    {
        var server = Process.Start(new ProcessStartInfo("Xvfb", ["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var screen = new Screen(server, $":{await server.StandardOutput.ReadLineAsync()}");
        screen.last = screen.empty = Path.Combine(Pictures, $".empty{screen.Display}.png");
        await screen.TakeAsync(screen.last, CancellationToken.None);
        return screen;
    }

    /// <summary>Clicks a field of a dialog of the installer's.</summary>
    public Task ClickFieldAsync(string dialog, string field, CancellationToken cancel) => MouseAsync(dialog, field, cancel);

    /// <summary>Clicks a button of a dialog of the installer's, until another page is seen.</summary>
    public Task ClickAsync(string dialog, string button, CancellationToken cancel) => UntilAnotherPageAsync(() => MouseAsync(dialog, button, cancel), $"{button} of {dialog}", cancel);

    /// <summary>Answers a message of Wine's own, which stands in the middle with one button, until it is gone.</summary>
    public Task AnswerAsync(CancellationToken cancel) => UntilAnotherPageAsync(() => ClickAtAsync(401, 345, cancel), "the message", cancel);

    private async Task UntilAnotherPageAsync(Func<Task> act, string what, CancellationToken cancel)
    {
        var (before, now) = (Path.Combine(Pictures, $".before{Display}.png"), Path.Combine(Pictures, $".now{Display}.png"));
        await TakeAsync(before, cancel);
        for (var tries = 0; tries < 4; tries++)
        {
            await act();
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < Reaction; await Task.Delay(500, cancel))
            {
                await TakeAsync(now, cancel);
                if (await IsAnotherPageAsync(before, now, cancel))
                    return;
            }
        }

        Assert.Fail($"{what} does nothing");
    }

    /// <summary>Types a text into the field that has the keyboard, key by key: one that comes too early is lost.</summary>
    public async Task TypeAsync(string text, CancellationToken cancel)
    {
        foreach (var letter in text)
        {
            await XdotoolAsync(cancel, "key", letter switch { ':' => "colon", '\\' => "backslash", '.' => "period", _ => letter.ToString() });
            await Task.Delay(150, cancel);
        }
    }

    /// <summary>Waits until another page is seen than the last time, and stays; keeps a picture of it.</summary>
    /// <param name="name">The picture's name.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task SeeAsync(string name, CancellationToken cancel)
    {
        var (path, now) = (Path.Combine(Pictures, name + ".png"), Path.Combine(Pictures, $".now{Display}.png"));
        await TakeAsync(path, cancel);
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(700, cancel))
        {
            await TakeAsync(now, cancel);
            if (await DifferenceAsync(path, now, cancel) < OfOnePage && await IsAnotherPageAsync(last, now, cancel) && await IsAnotherPageAsync(empty, now, cancel))
                break;
            File.Move(now, path, overwrite: true);
            Assert.True(clock.Elapsed < Patience, $"nothing new was seen for '{name}'");
        }

        last = path;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var scratch in Directory.EnumerateFiles(Pictures, $".*{Display}.png"))
            File.Delete(scratch);
        server.Kill();
        server.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task TakeAsync(string path, CancellationToken cancel) => Tools.MustAsync("import", ["-display", Display, "-window", "root", path], cancel);

    private static async Task<bool> IsAnotherPageAsync(string one, string other, CancellationToken cancel) => await DifferenceAsync(one, other, cancel) >= OfOnePage;

    // In pixels.
    private static async Task<double> DifferenceAsync(string one, string other, CancellationToken cancel)
    {
        var compared = await Tools.RunAsync("compare", ["-metric", "AE", one, other, "null:"], cancel);
        return double.TryParse(compared.Error.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture, out var pixels) ? pixels : throw new InvalidOperationException(compared.ToString());
    }

    private Task MouseAsync(string dialog, string control, CancellationToken cancel)
    {
        var shown = Dialogs.All.Single(d => d.Name == dialog);
        var clicked = shown.Controls.Single(c => c.Name == control);
        int At(int middle, int from, int length, int whole) => middle + (int)((from + (length / 2.0) - (whole / 2.0)) * PixelsOfUnit);

        return ClickAtAsync(At(400, clicked.X, clicked.Width, shown.Width), At(300, clicked.Y, clicked.Height, shown.Height), cancel);
    }

    // A mouse that moves on at once has let go of the button elsewhere.
    private Task ClickAtAsync(int x, int y, CancellationToken cancel) => XdotoolAsync(cancel, "mousemove", $"{x}", $"{y}", "sleep", "0.3", "mousedown", "1", "sleep", "0.2", "mouseup", "1", "sleep", "1", "mousemove", "5", "5");

    private Task XdotoolAsync(CancellationToken cancel, params string[] what) => Tools.MustAsync("env", [$"DISPLAY={Display}", "xdotool", .. what], cancel);
}
