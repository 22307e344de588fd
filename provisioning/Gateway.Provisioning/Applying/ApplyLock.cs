using Gateway.Provisioning.Diagnosis;

namespace Gateway.Provisioning.Applying;

/// <summary>One apply at a time on a machine: an exclusive handle on a file of the state root, which the system gives back when its holder dies.</summary>
public sealed class ApplyLock : IDisposable
{
    private readonly FileStream handle;

    private ApplyLock(FileStream handle) => this.handle = handle;

    /// <summary>Takes the lock.</summary>
    /// <param name="stateRoot">The state root.</param>
    /// <exception cref="RefusedException">Somebody else holds it (GW3001).</exception>
    public static ApplyLock Take(string stateRoot)
    {
        var path = Path.Combine(stateRoot, "apply.lock");
        try
        {
            return new ApplyLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new RefusedException(Diagnostic.Error("GW3001", "Another apply or rollback is running on this machine.", "Wait until it has ended; 'gwctl status' shows where it stands."), e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
