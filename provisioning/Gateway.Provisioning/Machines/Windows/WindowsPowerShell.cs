using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// One Windows PowerShell 5.1 process for the whole run. Commands are objects with typed parameters, never script text; a secret is never one of them.
/// It is opened when it is first needed, and again after it broke.
/// </summary>
/// <param name="executable">The PowerShell to start, or null for the one that Windows names.</param>
/// <param name="patience">How long it may take to open; 45 s when nothing is given.</param>
/// <param name="answerPatience">How long a question may take before another process is asked; 75 s when nothing is given.</param>
internal sealed class WindowsPowerShell(string? executable, TimeSpan? patience = null, TimeSpan? answerPatience = null) : IDisposable
{
    private static readonly TimeSpan StoppingTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnsweringTime = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan OpeningInterval = TimeSpan.FromMilliseconds(20);
    private readonly TimeSpan openingTime = patience ?? TimeSpan.FromSeconds(45);
    private readonly TimeSpan firstAnsweringTime = answerPatience ?? TimeSpan.FromSeconds(75);
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private PowerShellProcessInstance? process;
    private Runspace? runspace;

    /// <summary>Parameters by name.</summary>
    /// <param name="parameters">Names and values.</param>
    public static Dictionary<string, object> With(params IEnumerable<(string Name, object Value)> parameters) => parameters.ToDictionary(p => p.Name, p => p.Value);

    /// <summary>Runs one cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="parameters">Its parameters, of those that the table has for it.</param>
    /// <param name="missingIsEmpty">Whether an object that is not there gives an empty answer in place of an error.</param>
    /// <param name="cancel">Stops the pipeline; one that does not let itself be stopped ends with its process.</param>
    public Task<IReadOnlyList<PSObject>> InvokeAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, bool missingIsEmpty, CancellationToken cancel) =>
        InvokeAsync(cmdlet, parameters, error => missingIsEmpty && error.CategoryInfo.Category == ErrorCategory.ObjectNotFound, cancel);

    /// <summary>Runs one cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="parameters">Its parameters, of those that the table has for it.</param>
    /// <param name="isEmpty">Which errors say no more than that there is nothing to answer with.</param>
    /// <param name="cancel">Stops the pipeline; one that does not let itself be stopped ends with its process.</param>
    public Task<IReadOnlyList<PSObject>> InvokeAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, Predicate<ErrorRecord> isEmpty, CancellationToken cancel) =>
        RunAsync(cmdlet, parameters, null, isEmpty, cancel);

    /// <summary>Runs two cmdlets as one pipeline: the second takes from it what the first found, without a way through this process.</summary>
    /// <param name="cmdlet">The first.</param>
    /// <param name="parameters">Its parameters, of those that the table has for it.</param>
    /// <param name="then">The second.</param>
    /// <param name="missingIsEmpty">Whether an object that is not there gives an empty answer in place of an error.</param>
    /// <param name="cancel">Stops the pipeline; one that does not let itself be stopped ends with its process.</param>
    public Task<IReadOnlyList<PSObject>> PipeAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, Cmdlet then, bool missingIsEmpty, CancellationToken cancel) =>
        RunAsync(cmdlet, parameters, then, error => missingIsEmpty && error.CategoryInfo.Category == ErrorCategory.ObjectNotFound, cancel);

    /// <summary>The language mode of the session.</summary>
    /// <param name="cancel">Cancels the waiting.</param>
    public async Task<PSLanguageMode> LanguageModeAsync(CancellationToken cancel)
    {
        await oneAtATime.WaitAsync(cancel);
        try
        {
            var session = await OpenedAsync(cancel);
            return await Task.Run(() => session.SessionStateProxy.LanguageMode, cancel).WaitAsync(AnsweringTime, cancel);
        }
        catch (Exception e) when (e is RuntimeException or PSRemotingTransportException or IOException or TimeoutException)
        {
            throw new NotAssessableException(new($"Windows PowerShell nennt seinen Sprachmodus nicht: {e.Message}", $"Windows PowerShell does not tell its language mode: {e.Message}"));
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        oneAtATime.Dispose();
    }

    private async Task<IReadOnlyList<PSObject>> RunAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, Cmdlet? then, Predicate<ErrorRecord> isEmpty, CancellationToken cancel)
    {
        if (parameters.Keys.FirstOrDefault(name => !cmdlet.Parameters.Contains(name)) is { } unknown)
            throw new ArgumentException($"{nameof(Cmdlets)} has no -{unknown} of {cmdlet}", nameof(parameters));
        await oneAtATime.WaitAsync(cancel);
        try
        {
            var (answer, errors) = await PatientlyAsync(cmdlet, parameters, then, cancel);
            foreach (var error in errors)
            {
                if (!isEmpty(error))
                    throw Refused(cmdlet, error);
            }

            return answer;
        }
        catch (RemoteException e) when (e.ErrorRecord.CategoryInfo.Category == ErrorCategory.ObjectNotFound && e.ErrorRecord.FullyQualifiedErrorId.StartsWith("CommandNotFoundException", StringComparison.Ordinal))
        {
            throw new NotAssessableException(new($"dieses Windows hat kein Cmdlet {cmdlet}", $"this Windows has no cmdlet {cmdlet}"));
        }
        catch (RuntimeException e)
        {
            throw Refused(cmdlet, e.ErrorRecord);
        }
        catch (TimeoutException e)
        {
            throw new RefusedException(Diagnostic.Error("GW2305", $"{cmdlet} gave no answer within {AnsweringTime.TotalMinutes} minutes.", "Ask it by hand in Windows PowerShell; a service that it asks may hang, the Windows Management Instrumentation for example."), e);
        }
        catch (IOException e)
        {
            throw new RefusedException(Diagnostic.Error("GW2304", $"Windows PowerShell ended while {cmdlet} was asked of it: {e.Message}", "Try again; if it ends again, ask who ends it: a policy, a virus scanner, a person."), e);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    // A question costs nothing to ask again, of another process: what one of them does not answer at all, the next one does, or it is not the process.
    private async Task<(IReadOnlyList<PSObject> Answer, IReadOnlyList<ErrorRecord> Errors)> PatientlyAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, Cmdlet? then, CancellationToken cancel)
    {
        if (cmdlet.OnlyReads)
        {
            try
            {
                return await AskAsync(cmdlet, parameters, then, firstAnsweringTime, cancel);
            }
            catch (TimeoutException)
            {
                // Once more, with more patience.
            }
        }

        return await AskAsync(cmdlet, parameters, then, AnsweringTime, cancel);
    }

    private async Task<(IReadOnlyList<PSObject> Answer, IReadOnlyList<ErrorRecord> Errors)> AskAsync(Cmdlet cmdlet, IReadOnlyDictionary<string, object> parameters, Cmdlet? then, TimeSpan patience, CancellationToken cancel)
    {
        var shell = PowerShell.Create();
        Task<PSDataCollection<PSObject>>? work = null;
        try
        {
            shell.Runspace = await OpenedAsync(cancel);
            shell.AddCommand(cmdlet.Name).AddParameters(parameters.ToDictionary(p => p.Key, p => p.Value));
            if (then is not null)
                shell.AddCommand(then.Name);
            work = shell.InvokeAsync();
            return ([.. await work.WaitAsync(patience, cancel)], [.. shell.Streams.Error]);
        }
        catch (TimeoutException) when (work is not null)
        {
            End(); // what did not answer once is not asked again
            throw;
        }
        catch (OperationCanceledException) when (work is not null && cancel.IsCancellationRequested)
        {
            await StopAsync(shell);
            throw;
        }
        finally
        {
            if (work is { IsCompleted: false })
                _ = work.ContinueWith(_ => shell.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default); // nobody waits for it
            else
                shell.Dispose();
        }
    }

    private async Task StopAsync(PowerShell shell)
    {
        try
        {
            await shell.StopAsync(null, null).WaitAsync(StoppingTime, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            End();
        }
    }

    // A session that broke is not used again. It would wait a minute for the answer to its farewell: nobody waits with it.
    private void Close(bool broken = false)
    {
        var (session, server) = (runspace, process);
        (runspace, process) = (null, null);
        void Leave()
        {
            session?.Dispose();
            server?.Dispose();
        }

        if (broken || server is { HasExited: true })
            Task.Run(Leave);
        else
            Leave();
    }

    private void End()
    {
        process?.Process.Kill(entireProcessTree: true);
        Close(broken: true); // it has perhaps not ended yet
    }

    private async Task<Runspace> OpenedAsync(CancellationToken cancel)
    {
        if (runspace?.RunspaceStateInfo.State == RunspaceState.Opened && process is { HasExited: false })
            return runspace;
        Close();
        return await OpenAsync(cancel) ?? await OpenAsync(cancel) ?? throw CannotStart($"no answer within {openingTime.TotalSeconds} s, twice");
    }

    // Null for one that neither opens nor ends: another try costs little.
    private async Task<Runspace?> OpenAsync(CancellationToken cancel)
    {
        try
        {
            process = new PowerShellProcessInstance(new Version(5, 1), null, null, false);
            if (executable is not null)
                process.Process.StartInfo.FileName = executable;
            runspace = RunspaceFactory.CreateOutOfProcessRunspace(new TypeTable([]), process);
            runspace.OpenAsync();

            // Runspace.Open would wait a minute for a process that ended at once.
            for (var clock = Stopwatch.StartNew(); runspace.RunspaceStateInfo.State is RunspaceState.BeforeOpen or RunspaceState.Opening && !HasEnded(process);)
            {
                if (clock.Elapsed > openingTime)
                {
                    process.Process.Kill(entireProcessTree: true);
                    Close(broken: true);
                    return null;
                }

                await Task.Delay(OpeningInterval, cancel);
            }

            if (runspace.RunspaceStateInfo.State == RunspaceState.Opened)
                return runspace;
            var why = runspace.RunspaceStateInfo.Reason?.Message ?? "it ended before it answered";
            Close(broken: true);
            throw CannotStart(why);
        }
        catch (OperationCanceledException)
        {
            Close(broken: true);
            throw;
        }
        catch (Exception e) when (e is PSRemotingTransportException or PSRemotingDataStructureException or PSInvalidOperationException)
        {
            Close(broken: true);
            throw CannotStart(e.Message);
        }
    }

    private static NotAssessableException CannotStart(string why) =>
        new(new($"Windows PowerShell 5.1 lässt sich nicht starten: {why}", $"Windows PowerShell 5.1 cannot be started: {why}"));

    private static bool HasEnded(PowerShellProcessInstance server)
    {
        try
        {
            return server.HasExited;
        }
        catch (InvalidOperationException)
        {
            return false; // it has not begun yet
        }
    }

    // Decided by category and id; the message is in the machine's language.
    private static RefusedException Refused(Cmdlet cmdlet, ErrorRecord error) => new(Diagnostic.Error(
        IsDenied(cmdlet, error) ? "GW2302" : "GW2301",
        $"{cmdlet} failed ({error.CategoryInfo.Category}, {error.FullyQualifiedErrorId}): {error.Exception.Message}",
        IsDenied(cmdlet, error) ? "Run as administrator; if you do, ask which policy forbids it." : "The category and id say what Windows did not like."));

    // Defender's provider puts no error into a category, and says with this number that rights are missing.
    private static bool IsDenied(Cmdlet cmdlet, ErrorRecord error) =>
        error.CategoryInfo.Category == ErrorCategory.PermissionDenied
        || (cmdlet.Module == "Defender" && error.FullyQualifiedErrorId.StartsWith("HRESULT 0xc0000142", StringComparison.OrdinalIgnoreCase));
}
