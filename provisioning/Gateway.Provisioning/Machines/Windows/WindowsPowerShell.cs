using System.Management.Automation;
using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;
using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Machines.Windows;

/// <summary>
/// One Windows PowerShell 5.1 process for the whole run. Commands are objects with typed parameters, never script text; a secret is never one of them.
/// It is opened when it is first needed and counts its pipelines.
/// </summary>
/// <param name="executable">The PowerShell to start, or null for the one that Windows names.</param>
internal sealed class WindowsPowerShell(string? executable) : IDisposable
{
    private readonly SemaphoreSlim oneAtATime = new(1, 1);
    private PowerShellProcessInstance? process;
    private Runspace? runspace;

    /// <summary>How many pipelines have run.</summary>
    public int Pipelines { get; private set; }

    /// <summary>Runs one cmdlet.</summary>
    /// <param name="cmdlet">Its name.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="missingIsEmpty">Whether an object that is not there gives an empty answer in place of an error.</param>
    /// <param name="cancel">Cancels before the pipeline starts.</param>
    public async Task<IReadOnlyList<PSObject>> InvokeAsync(string cmdlet, IReadOnlyDictionary<string, object> parameters, bool missingIsEmpty, CancellationToken cancel)
    {
        await oneAtATime.WaitAsync(cancel);
        try
        {
            using var shell = PowerShell.Create();
            shell.Runspace = Opened();
            shell.AddCommand(cmdlet).AddParameters(parameters.ToDictionary(p => p.Key, p => p.Value));
            Pipelines++;
            var answer = await shell.InvokeAsync().WaitAsync(cancel);
            foreach (var error in shell.Streams.Error)
            {
                if (!(missingIsEmpty && error.CategoryInfo.Category == ErrorCategory.ObjectNotFound))
                    throw Refused(cmdlet, error);
            }

            return [.. answer];
        }
        catch (RemoteException e) when (e.ErrorRecord.CategoryInfo.Category == ErrorCategory.ObjectNotFound && e.ErrorRecord.FullyQualifiedErrorId.StartsWith("CommandNotFoundException", StringComparison.Ordinal))
        {
            throw new NotAssessableException($"this Windows has no cmdlet {cmdlet}");
        }
        catch (RuntimeException e)
        {
            throw Refused(cmdlet, e.ErrorRecord);
        }
        finally
        {
            oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        runspace?.Dispose();
        process?.Dispose();
        oneAtATime.Dispose();
    }

    private Runspace Opened()
    {
        if (runspace is not null)
            return runspace;
        try
        {
            process = new PowerShellProcessInstance(new Version(5, 1), null, null, false);
            if (executable is not null)
                process.Process.StartInfo.FileName = executable;
            runspace = RunspaceFactory.CreateOutOfProcessRunspace(new TypeTable([]), process);
            runspace.Open();
            return runspace;
        }
        catch (Exception e) when (e is PSRemotingTransportException or PSRemotingDataStructureException or PSInvalidOperationException)
        {
            throw new NotAssessableException($"Windows PowerShell 5.1 cannot be started: {e.Message}");
        }
    }

    // Decided by category and id; the message is in the machine's language.
    private static RefusedException Refused(string cmdlet, ErrorRecord error) => new(Diagnostic.Error(
        error.CategoryInfo.Category == ErrorCategory.PermissionDenied ? "GW2302" : "GW2301",
        $"{cmdlet} failed ({error.CategoryInfo.Category}, {error.FullyQualifiedErrorId}): {error.Exception.Message}",
        error.CategoryInfo.Category == ErrorCategory.PermissionDenied ? "Run as administrator; if you do, ask which policy forbids it." : "The category and id say what Windows did not like."));
}
