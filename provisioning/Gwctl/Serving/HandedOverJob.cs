using System.Text;
using Gateway.Provisioning.Applying;
using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Manifest;
using Gateway.Provisioning.Resources.Managed;
using Microsoft.Extensions.Logging;

namespace Gwctl.Serving;

/// <summary>One job that gwctl handed over, done as gwctl would do it itself; and the machine's standing right after it.</summary>
/// <param name="root">The directory of a rehearsed machine, or null for this computer.</param>
/// <param name="request">What is asked for.</param>
/// <param name="turns">Whose turn it is.</param>
/// <param name="log">The event log.</param>
internal sealed class HandedOverJob(string? root, Request request, Turns turns, ILogger log) : IAsyncDisposable
{
    private const int LongestName = 100;
    private Session? session;
    private IDisposable? turn;

    /// <summary>What is done and who asked for it. He says so himself: no line of his becomes one of the log's.</summary>
    public string Name { get; } = $"the {request.Job.ToString().ToLowerInvariant()} of {new string([.. request.By.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c)])}";

    /// <summary>Whether the program ends with this job: its own service was taken back.</summary>
    public bool EndsService => session?.Machine.Services.IsOwnDeleted ?? false;

    /// <summary>Why another version's gwctl has to do this itself, or null.</summary>
    public string? WhyAnotherVersions => request.Product == ProductVersion.Text
        ? null
        : $"gwctl is version {request.Product}, the service {ProductVersion.Text}: whoever is called decides which of them the machine gets.";

    /// <summary>Waits for its turn.</summary>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="RefusedException">Another run has the turn (GW3001).</exception>
    public async Task TakeTurnAsync(CancellationToken cancel) => turn = await turns.RunAsync(Name, cancel);

    /// <summary>Reads the manifest.</summary>
    /// <returns>Why it cannot be used, or nothing.</returns>
    public IReadOnlyList<Diagnostic> Open()
    {
        var (opened, diagnostics) = Session.OpenHandedOver(root, Encoding.UTF8.GetBytes(request.Manifest.ToJsonString()));
        session = opened;
        return opened is null ? diagnostics : [];
    }

    /// <summary>Why gwctl has to do this itself, or null.</summary>
    public string? WhyNotOurs() =>
        request.Job == Job.Rollback && Run.ToTakeBack(Run.Of(Journal.Open(session!.JournalFile, TimeProvider.System))) is { } run
            && run.Changed.Any(step => step.Resource is WindowsService service && service.WouldEnd(session.Machine, step.Before))
            ? "the service would take itself away."
            : null;

    /// <summary>Does it.</summary>
    /// <param name="progress">Told of each change.</param>
    /// <param name="stop">Stops between two changes.</param>
    public async Task<RunEnd> RunAsync(Action<Progress> progress, CancellationToken stop)
    {
        log.Took(Name);
        var applier = new Applier(session!.Machine, session.JournalFile, TimeProvider.System, at => progress(new Progress(at.Resource.Id, at.What)));
        var result = request.Job == Job.Apply ? await applier.ApplyAsync(session.Assessor, request.Plan, stop) : await applier.RollbackAsync(stop);
        turns.LeftByPerson = null;
        await Standing.SayAfterAsync(session, result, stop);
        var end = RunEnd.Of(result);
        var level = end.ExitCode switch { ExitCode.Holds or ExitCode.RestartNeeded => LogLevel.Information, ExitCode.Failed => LogLevel.Error, _ => LogLevel.Warning };
        var notes = string.Join(" ", end.Diagnostics);
        log.Did(level, Name, end.Outcome, end.Changed, end.Run ?? "none", notes);
        return end;
    }

    /// <summary>A person stopped it: what is open now stays so until he says otherwise.</summary>
    public void LeaveOpen() =>
        turns.LeftByPerson = Run.Of(Journal.Open(session!.JournalFile, TimeProvider.System)) is [.., { IsOpen: true } open] ? open.Id : null;

    public async ValueTask DisposeAsync()
    {
        if (session is not null)
            await session.DisposeAsync();
        turn?.Dispose();
    }
}
